package lb.core.linux;

import lb.core.linux.BpfAssembler.Label;
import lb.core.linux.BpfAssembler.Register;
import lb.core.linux.BpfAssembler.Size;

/**
 * The shortcut's half in the steering filter: hands on the frame that {@link ShortcutProgram} has
 * just kept from the director, readdressed as the director would have. Stateless; any thread.
 *
 * <p>Decides nothing. It takes the note, once, and looks whether it is of this frame: the one
 * before may have been taken by another filter. Only an interruption in between counts. R6 holds
 * the frame, R7 the note, R8 the flow's element.
 */
final class ShortcutHandOver {
    private static final int CALL_STORE_BYTES = 9;
    private static final int CALL_REPLACE_CHECKSUM = 10;
    private static final int CALL_REDIRECT = 23;
    private static final int RECOMPUTE_CHECKSUM = 1;
    private static final int MACS_LENGTH = 12;
    private static final int IPV4_HOPS = ShortcutProgram.ETHERNET_LENGTH + 8;
    private static final int IPV4_CHECKSUM = ShortcutProgram.ETHERNET_LENGTH + 10;
    private static final int IPV6_HOPS = ShortcutProgram.ETHERNET_LENGTH + 7;

    private static final int INDEX = -4;
    private static final int BYTES = -8;

    private static final Register RESULT = Register.R0;
    private static final Register FRAME = Register.R6;
    private static final Register NOTE = Register.R7;
    private static final Register HOPS = Register.R7;
    private static final Register FLOW = Register.R8;
    private static final Register STACK = Register.R10;

    private final BpfAssembler code;
    private final Label ordinary = new Label("not handed on");
    private final Label ipv6 = new Label("handed on, IPv6");
    private final Label readdress = new Label("readdress");

    private ShortcutHandOver(BpfAssembler code) {
        this.code = code;
    }

    /** Appends it to a classifier that has its frame in R6; what is not handed on falls through. */
    static void assemble(BpfAssembler code, int elements, int notes) {
        ShortcutHandOver part = new ShortcutHandOver(code);
        part.takeNote(elements, notes);
        part.takeHopOfIpv4();
        part.takeHopOfIpv6();
        part.redirect();
        code.mark(part.ordinary);
    }

    private void takeNote(int elements, int notes) {
        code.store(Size.WORD, STACK, INDEX, 0);
        lookUp(notes);
        code.move(NOTE, RESULT);
        code.load(Size.WORD, RESULT, NOTE, ShortcutProgram.NOTE_INDEX);
        code.jumpIfEqual(RESULT, 0, ordinary);
        code.store(Size.WORD, STACK, INDEX, RESULT);
        code.store(Size.WORD, NOTE, ShortcutProgram.NOTE_INDEX, 0);
        requireSame(ShortcutProgram.NOTE_INTERFACE, ShortcutProgram.SKB_INTERFACE);
        requireSame(ShortcutProgram.NOTE_FRAME_LENGTH, ShortcutProgram.SKB_LENGTH);
        lookUp(elements);
        code.move(FLOW, RESULT);
        requireLease(elements);
        code.load(Size.WORD, RESULT, FLOW, ShortcutElement.FLAGS);
        code.jumpIfAnyBit(RESULT, ShortcutElement.IPV6, ipv6);
    }

    /** A gate that has closed meanwhile is closed; TCP sends the frame again. */
    private void requireLease(int elements) {
        code.store(Size.WORD, STACK, INDEX, 0);
        lookUp(elements);
        code.load(Size.DOUBLE, RESULT, RESULT, ShortcutElement.LEASE);
        code.shiftRight(RESULT, Long.numberOfTrailingZeros(ShortcutElement.NO_LEASE));
        code.jumpIfEqual(RESULT, 0, ordinary);
    }

    private void takeHopOfIpv4() {
        requireSequence(ShortcutProgram.IPV4_TCP);
        jumpIfHopsStay();
        read(IPV4_HOPS, 2);
        // The time to live is the half's first byte, above 1.
        code.load(Size.HALF, HOPS, STACK, BYTES);
        code.move(Register.R1, FRAME).move(Register.R2, IPV4_CHECKSUM);
        code.move(Register.R3, HOPS).move(Register.R4, HOPS).add(Register.R4, -1);
        code.move(Register.R5, 2).call(CALL_REPLACE_CHECKSUM);
        code.add(HOPS, -1).store(Size.BYTE, STACK, BYTES, HOPS);
        store(IPV4_HOPS, 0);
        code.jump(readdress);
    }

    private void takeHopOfIpv6() {
        code.mark(ipv6);
        requireSequence(ShortcutProgram.IPV6_TCP);
        jumpIfHopsStay();
        read(IPV6_HOPS, 1);
        code.load(Size.BYTE, HOPS, STACK, BYTES).add(HOPS, -1);
        code.store(Size.BYTE, STACK, BYTES, HOPS);
        store(IPV6_HOPS, RECOMPUTE_CHECKSUM);
    }

    private void redirect() {
        code.mark(readdress);
        code.move(Register.R1, FRAME).move(Register.R2, 0);
        code.move(Register.R3, FLOW).add(Register.R3, ShortcutElement.OUT_MACS);
        code.move(Register.R4, MACS_LENGTH).move(Register.R5, 0).call(CALL_STORE_BYTES);
        code.load(Size.WORD, Register.R1, FLOW, ShortcutElement.OUT).move(Register.R2, 0);
        code.call(CALL_REDIRECT).exit();
    }

    private void lookUp(int map) {
        code.loadMap(Register.R1, map).move(Register.R2, STACK).add(Register.R2, INDEX);
        code.call(ShortcutProgram.CALL_MAP_LOOKUP);
        code.jumpIfEqual(RESULT, 0, ordinary);
    }

    private void requireSame(int inNote, int ofFrame) {
        code.load(Size.WORD, Register.R1, NOTE, inNote);
        code.load(Size.WORD, Register.R2, FRAME, ofFrame);
        code.jumpIfNotEqual(Register.R1, Register.R2, ordinary);
    }

    private void requireSequence(int tcp) {
        read(tcp + ShortcutProgram.TCP_SEQUENCE, 4);
        code.load(Size.WORD, Register.R1, STACK, BYTES);
        code.load(Size.WORD, Register.R2, NOTE, ShortcutProgram.NOTE_SEQUENCE);
        code.jumpIfNotEqual(Register.R1, Register.R2, ordinary);
    }

    private void jumpIfHopsStay() {
        code.load(Size.WORD, RESULT, FLOW, ShortcutElement.FLAGS);
        code.jumpIfAnyBit(RESULT, ShortcutElement.KEEP_TIME_TO_LIVE, readdress);
    }

    /** Copies bytes of the frame to the stack. */
    private void read(int offset, int length) {
        code.move(Register.R1, FRAME).move(Register.R2, offset);
        code.move(Register.R3, STACK).add(Register.R3, BYTES).move(Register.R4, length);
        code.call(ShortcutProgram.CALL_LOAD_BYTES);
        code.jumpIfNotEqual(RESULT, 0, ordinary);
    }

    /** Writes the byte of the stack to the frame. */
    private void store(int offset, int flags) {
        code.move(Register.R1, FRAME).move(Register.R2, offset);
        code.move(Register.R3, STACK).add(Register.R3, BYTES);
        code.move(Register.R4, 1).move(Register.R5, flags).call(CALL_STORE_BYTES);
    }
}
