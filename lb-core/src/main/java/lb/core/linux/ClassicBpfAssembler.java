package lb.core.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Assembles classic BPF instructions (struct sock_filter of linux/filter.h) with labels for forward
 * jumps. Used by one thread.
 */
final class ClassicBpfAssembler {
    static final int LOAD = 0x00;
    static final int LOAD_X = 0x01;
    static final int STORE = 0x02;
    static final int STORE_X = 0x03;
    static final int ADD = 0x04;
    static final int MULTIPLY = 0x24;
    static final int AND = 0x54;
    static final int SHIFT_LEFT = 0x64;
    static final int SHIFT_RIGHT = 0x74;
    static final int MODULO = 0x94;
    static final int XOR = 0xa4;
    static final int JUMP = 0x05;
    static final int JUMP_EQUAL = 0x15;
    static final int JUMP_GREATER_EQUAL = 0x35;
    static final int JUMP_BITS = 0x45;
    static final int RETURN = 0x06;
    static final int RETURN_A = 0x16;
    static final int A_TO_X = 0x07;

    /** The operand of an arithmetic instruction is X, not a constant. */
    static final int BY_X = 0x08;

    static final int HALF = 0x08;
    static final int BYTE = 0x10;

    /** A load from the packet at a constant, at X and a constant; from scratch memory. */
    static final int AT = 0x20;

    static final int AT_X = 0x40;
    static final int SCRATCH = 0x60;

    private static final int INSTRUCTION_BYTES = 8;

    private record Instruction(int code, int operand, String ifTrue, String ifFalse) {}

    private final List<Instruction> instructions = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();

    ClassicBpfAssembler op(int code, int operand) {
        return jump(code, operand, "", "");
    }

    ClassicBpfAssembler op(int code) {
        return op(code, 0);
    }

    /** A conditional jump; an empty label is the next instruction. */
    ClassicBpfAssembler jump(int code, int operand, String ifTrue, String ifFalse) {
        instructions.add(new Instruction(code, operand, ifTrue, ifFalse));
        return this;
    }

    ClassicBpfAssembler jump(String label) {
        return jump(JUMP, 0, label, "");
    }

    ClassicBpfAssembler mark(String label) {
        labels.put(label, instructions.size());
        return this;
    }

    /** Instructions so far. */
    int length() {
        return instructions.size();
    }

    byte[] assemble() {
        ByteBuffer code =
                ByteBuffer.allocate(instructions.size() * INSTRUCTION_BYTES)
                        .order(ByteOrder.nativeOrder());
        for (int i = 0; i < instructions.size(); i++) {
            Instruction one = instructions.get(i);
            code.putShort((short) one.code);
            if (one.code == JUMP) {
                code.putShort((short) 0).putInt(distance(i, one.ifTrue));
            } else {
                code.put((byte) distance(i, one.ifTrue)).put((byte) distance(i, one.ifFalse));
                code.putInt(one.operand);
            }
        }
        return code.array();
    }

    private int distance(int from, String label) {
        Integer target = label.isEmpty() ? Integer.valueOf(from + 1) : labels.get(label);
        if (target == null) {
            throw new IllegalStateException("no label " + label);
        }
        return target - from - 1;
    }
}
