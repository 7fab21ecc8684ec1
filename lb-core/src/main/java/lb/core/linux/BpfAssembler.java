package lb.core.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Assembles eBPF instructions (RFC 9669), one method each, with labels for jumps.
 *
 * <p>Used by one thread. Little-endian hosts only, which is what a JDK 25 for Linux servers runs
 * on.
 */
final class BpfAssembler {
    /**
     * A register of the machine; R10 is the frame pointer, R1 to R5 carry arguments, R6 to R9
     * survive calls.
     */
    enum Register {
        R0(0),
        R1(1),
        R2(2),
        R3(3),
        R4(4),
        R5(5),
        R6(6),
        R7(7),
        R8(8),
        R9(9),
        R10(10);

        private final int number;

        Register(int number) {
            this.number = number;
        }
    }

    /** How many bytes a load or store moves. */
    enum Size {
        WORD(0x00),
        HALF(0x08),
        BYTE(0x10),
        DOUBLE(0x18);

        private final int code;

        Size(int code) {
            this.code = code;
        }
    }

    /** A place to jump to; {@link #mark} says where it is. */
    static final class Label {
        private final String name;
        private int index = -1;

        Label(String name) {
            this.name = name;
        }
    }

    private record Jump(int index, Label target) {}

    private record Instruction(
            int opcode, int destination, int source, int offset, int immediate) {}

    private static final int LDX_MEM = 0x61;
    private static final int ST_MEM = 0x62;
    private static final int STX_MEM = 0x63;
    private static final int LD_IMM64 = 0x18;
    private static final int PSEUDO_MAP_FD = 1;
    private static final int ALU64 = 0x07;
    private static final int FROM_REGISTER = 0x08;
    private static final int ADD = 0x00;
    private static final int ATOMIC_DOUBLE = 0xdb;
    private static final int AND = 0x50;
    private static final int SHIFT_LEFT = 0x60;
    private static final int SHIFT_RIGHT = 0x70;
    private static final int MOVE = 0xb0;
    private static final int TO_BIG_ENDIAN = 0xdc;
    private static final int JUMP = 0x05;
    private static final int IF_EQUAL = 0x15;
    private static final int IF_ANY_BIT = 0x45;
    private static final int IF_NOT_EQUAL = 0x55;
    private static final int IF_LESS = 0xa5;
    private static final int IF_LESS_OR_EQUAL = 0xb5;
    private static final int CALL = 0x85;
    private static final int EXIT = 0x95;

    private final List<Instruction> instructions = new ArrayList<>();
    private final List<Jump> jumps = new ArrayList<>();

    BpfAssembler move(Register to, int value) {
        return add(ALU64 | MOVE, to, Register.R0, 0, value);
    }

    BpfAssembler move(Register to, Register from) {
        return add(ALU64 | MOVE | FROM_REGISTER, to, from, 0, 0);
    }

    BpfAssembler add(Register to, int value) {
        return add(ALU64 | ADD, to, Register.R0, 0, value);
    }

    BpfAssembler add(Register to, Register from) {
        return add(ALU64 | ADD | FROM_REGISTER, to, from, 0, 0);
    }

    BpfAssembler and(Register to, int mask) {
        return add(ALU64 | AND, to, Register.R0, 0, mask);
    }

    BpfAssembler shiftLeft(Register to, int bits) {
        return add(ALU64 | SHIFT_LEFT, to, Register.R0, 0, bits);
    }

    BpfAssembler shiftRight(Register to, int bits) {
        return add(ALU64 | SHIFT_RIGHT, to, Register.R0, 0, bits);
    }

    /**
     * Turns the low {@code bits} (16, 32, 64) between host and network byte order; clears the rest.
     */
    BpfAssembler networkOrder(Register register, int bits) {
        return add(TO_BIG_ENDIAN, register, Register.R0, 0, bits);
    }

    BpfAssembler load(Size size, Register to, Register address, int offset) {
        return add(LDX_MEM | size.code, to, address, offset, 0);
    }

    BpfAssembler store(Size size, Register address, int offset, Register from) {
        return add(STX_MEM | size.code, address, from, offset, 0);
    }

    BpfAssembler store(Size size, Register address, int offset, int value) {
        return add(ST_MEM | size.code, address, Register.R0, offset, value);
    }

    /** Adds 64 bits to memory in one step that no other processor's comes between. */
    BpfAssembler atomicAdd(Register address, int offset, Register value) {
        return add(ATOMIC_DOUBLE, address, value, offset, ADD);
    }

    /** Loads a map's address, two instructions long; the kernel finds the map by its descriptor. */
    BpfAssembler loadMap(Register to, int mapFd) {
        instructions.add(new Instruction(LD_IMM64, to.number, PSEUDO_MAP_FD, 0, mapFd));
        instructions.add(new Instruction(0, 0, 0, 0, 0));
        return this;
    }

    BpfAssembler jump(Label target) {
        return jump(JUMP, Register.R0, 0, target);
    }

    BpfAssembler jumpIfEqual(Register register, int value, Label target) {
        return jump(IF_EQUAL, register, value, target);
    }

    BpfAssembler jumpIfNotEqual(Register register, int value, Label target) {
        return jump(IF_NOT_EQUAL, register, value, target);
    }

    /** Compares without sign. */
    BpfAssembler jumpIfLess(Register register, int value, Label target) {
        return jump(IF_LESS, register, value, target);
    }

    /** Compares two registers. */
    BpfAssembler jumpIfNotEqual(Register register, Register with, Label target) {
        return jump(IF_NOT_EQUAL | FROM_REGISTER, register, with, 0, target);
    }

    /** Compares two registers without sign. */
    BpfAssembler jumpIfLess(Register register, Register than, Label target) {
        return jump(IF_LESS | FROM_REGISTER, register, than, 0, target);
    }

    /** Compares two registers without sign. */
    BpfAssembler jumpIfLessOrEqual(Register register, Register than, Label target) {
        return jump(IF_LESS_OR_EQUAL | FROM_REGISTER, register, than, 0, target);
    }

    BpfAssembler jumpIfAnyBit(Register register, int mask, Label target) {
        return jump(IF_ANY_BIT, register, mask, target);
    }

    /** Calls a function of the kernel (linux/bpf.h, BPF_FUNC_…). */
    BpfAssembler call(int function) {
        return add(CALL, Register.R0, Register.R0, 0, function);
    }

    BpfAssembler exit() {
        return add(EXIT, Register.R0, Register.R0, 0, 0);
    }

    /** Puts a label before the next instruction. */
    BpfAssembler mark(Label label) {
        if (label.index >= 0) {
            throw new IllegalStateException("label " + label.name + " is marked twice");
        }
        label.index = instructions.size();
        return this;
    }

    /**
     * The program, 8 bytes for each instruction.
     *
     * @throws IllegalStateException for a jump to a label that was never marked or is too far away
     */
    byte[] assemble() {
        for (Jump jump : jumps) {
            instructions.set(jump.index, resolve(jump));
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(instructions.size() * Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (Instruction i : instructions) {
            bytes.put((byte) i.opcode).put((byte) (i.source << 4 | i.destination));
            bytes.putShort((short) i.offset).putInt(i.immediate);
        }
        return bytes.array();
    }

    private Instruction resolve(Jump jump) {
        Label target = jump.target;
        if (target.index < 0) {
            throw new IllegalStateException("label " + target.name + " is not marked");
        }
        int distance = target.index - jump.index - 1;
        if (distance != (short) distance) {
            throw new IllegalStateException("label " + target.name + " is too far away");
        }
        Instruction i = instructions.get(jump.index);
        return new Instruction(i.opcode, i.destination, i.source, distance, i.immediate);
    }

    private BpfAssembler jump(int opcode, Register register, int value, Label target) {
        return jump(opcode, register, Register.R0, value, target);
    }

    private BpfAssembler jump(
            int opcode, Register register, Register with, int value, Label target) {
        jumps.add(new Jump(instructions.size(), target));
        return add(opcode, register, with, 0, value);
    }

    private BpfAssembler add(int opcode, Register to, Register from, int offset, int immediate) {
        instructions.add(new Instruction(opcode, to.number, from.number, offset, immediate));
        return this;
    }
}
