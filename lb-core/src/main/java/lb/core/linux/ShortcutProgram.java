package lb.core.linux;

import lb.core.linux.BpfAssembler.Label;
import lb.core.linux.BpfAssembler.Register;
import lb.core.linux.BpfAssembler.Size;

/**
 * The shortcut's eBPF program on the director's receiving sockets: keeps from them the frames that
 * the steering filter is to hand on, and notes for it which these are. Stateless; any thread.
 *
 * <p>A packet socket sees a frame right before the steering filter does, on the same processor. So
 * there is one decision: it stands in a place of that processor's own until the steering filter
 * takes it, a moment later. With the socket goes the filter: when the director dies, nothing is
 * noted any more.
 *
 * <p>What it keeps back: a frame, or the segments that it is to be cut into, which fits the way
 * out; untagged; IPv4 without options or fragment and with a right checksum, or IPv6, with TCP
 * right behind; with no flag but ACK and PSH; with hops left; of a flow that stands in the array
 * with the same interface and MAC addresses and is not stopped; while the lease runs. Not large
 * ones alone: small ones that took the longer way through the director would arrive out of order.
 * R6 holds the frame, R7 the offset of the TCP header, R8 the flow's element, R9 the place for the
 * note.
 */
final class ShortcutProgram {
    /** Bytes of the shortest frame that does not fit in a slot of a ring. */
    static final int LARGE = 2048;

    // The note: whose frame comes next. Index 0: nobody's.
    static final int NOTE_LENGTH = 16;
    static final int NOTE_INDEX = 0;
    static final int NOTE_INTERFACE = 4;
    static final int NOTE_FRAME_LENGTH = 8;
    static final int NOTE_SEQUENCE = 12;

    // struct __sk_buff
    static final int SKB_LENGTH = 0;
    static final int SKB_INTERFACE = 40;
    private static final int SKB_VLAN_PRESENT = 20;
    private static final int SKB_SEGMENT_BYTES = 176;

    static final int CALL_MAP_LOOKUP = 1;
    static final int CALL_LOAD_BYTES = 26;
    private static final int CALL_CLOCK = 5;

    static final int ETHERNET_LENGTH = 14;
    static final int IPV4_TCP = ETHERNET_LENGTH + 20;
    static final int IPV6_TCP = ETHERNET_LENGTH + 40;
    static final int TCP_SEQUENCE = 4;
    private static final int ETHERTYPE = 12;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int TCP = 6;
    private static final int TCP_LENGTH = 20;
    private static final int ACK = 0x10;
    private static final int ALL_BUT_PSH = 0xf7;

    /** The first half of an IPv4 address's 64 bits, {@code 00 00 ff ff}. */
    private static final int MAPPED = 0xffff_0000;

    // Stack.
    private static final int KEY = -40;
    private static final int FAMILY = KEY - 4;
    private static final int INDEX = FAMILY - 4;
    private static final int CHOSEN = INDEX - 8;
    private static final int LEASE = CHOSEN - 8;
    private static final int HEADER = LEASE - 40;
    private static final int ETHERNET = HEADER - 16;

    private static final Register RESULT = Register.R0;
    private static final Register FRAME = Register.R6;
    private static final Register TRANSPORT = Register.R7;
    private static final Register UNTIL = Register.R7;
    private static final Register FLOW = Register.R8;
    private static final Register NOTE = Register.R9;
    private static final Register STACK = Register.R10;

    private final BpfAssembler code = new BpfAssembler();
    private final Label pass = new Label("pass");
    private final Label tcp = new Label("tcp");
    private final Label ipv6 = new Label("ipv6");

    private ShortcutProgram() {}

    /**
     * The program.
     *
     * @param flows the map from a flow's key to its index in the array
     * @param elements the array of {@link ShortcutElement}
     * @param notes one note for each processor
     */
    static byte[] assemble(int flows, int elements, int notes) {
        ShortcutProgram program = new ShortcutProgram();
        program.whileLeased(elements);
        program.frame(notes);
        program.ipv4();
        program.ipv6();
        program.tcp();
        program.flow(flows, elements);
        program.lease();
        program.keepBack();
        return program.code.assemble();
    }

    /** All that a frame costs while nobody has a shortcut. */
    private void whileLeased(int elements) {
        code.move(FRAME, Register.R1);
        code.store(Size.WORD, STACK, INDEX, 0);
        lookUp(elements, INDEX);
        code.load(Size.DOUBLE, RESULT, RESULT, ShortcutElement.LEASE);
        code.store(Size.DOUBLE, STACK, LEASE, RESULT);
        code.shiftRight(RESULT, Long.numberOfTrailingZeros(ShortcutElement.NO_LEASE));
        code.jumpIfEqual(RESULT, 0, pass);
    }

    private void frame(int notes) {
        // Nobody has taken the note of the frame before if another filter took the frame.
        lookUp(notes, INDEX);
        code.move(NOTE, RESULT);
        code.store(Size.WORD, NOTE, NOTE_INDEX, 0);
        code.load(Size.WORD, RESULT, FRAME, SKB_VLAN_PRESENT);
        code.jumpIfNotEqual(RESULT, 0, pass);
        code.move(TRANSPORT, 0);
        read(ETHERNET, ETHERNET_LENGTH);
        code.move(TRANSPORT, ETHERNET_LENGTH);
        loadNetworkHalf(RESULT, ETHERNET + ETHERTYPE);
        code.jumpIfEqual(RESULT, ETHERTYPE_IPV6, ipv6);
        code.jumpIfNotEqual(RESULT, ETHERTYPE_IPV4, pass);
    }

    private void ipv4() {
        read(HEADER, IPV4_TCP - ETHERNET_LENGTH);
        require(HEADER, 0x45);
        loadNetworkHalf(RESULT, HEADER + 6);
        code.and(RESULT, 0x3fff).jumpIfNotEqual(RESULT, 0, pass);
        require(HEADER + 9, TCP);
        code.load(Size.BYTE, RESULT, STACK, HEADER + 8).jumpIfLess(RESULT, 2, pass);
        requireLength(HEADER + 2, ETHERNET_LENGTH);
        requireChecksum();
        code.store(Size.WORD, STACK, FAMILY, 0);
        code.store(Size.DOUBLE, STACK, KEY, 0).store(Size.DOUBLE, STACK, KEY + 16, 0);
        code.store(Size.WORD, STACK, KEY + 8, MAPPED).store(Size.WORD, STACK, KEY + 24, MAPPED);
        code.load(Size.WORD, RESULT, STACK, HEADER + 12);
        code.store(Size.WORD, STACK, KEY + 12, RESULT);
        code.load(Size.WORD, RESULT, STACK, HEADER + 16);
        code.store(Size.WORD, STACK, KEY + 28, RESULT);
        code.move(TRANSPORT, IPV4_TCP);
        code.jump(tcp);
    }

    /** RFC 1071: the sum over the header with its checksum is all ones, in any byte order. */
    private void requireChecksum() {
        code.load(Size.HALF, RESULT, STACK, HEADER);
        for (int offset = 2; offset < IPV4_TCP - ETHERNET_LENGTH; offset += 2) {
            code.load(Size.HALF, Register.R1, STACK, HEADER + offset).add(RESULT, Register.R1);
        }
        for (int carry = 0; carry < 2; carry++) {
            code.move(Register.R1, RESULT).shiftRight(Register.R1, 16);
            code.and(RESULT, 0xffff).add(RESULT, Register.R1);
        }
        code.jumpIfNotEqual(RESULT, 0xffff, pass);
    }

    private void ipv6() {
        code.mark(ipv6);
        read(HEADER, IPV6_TCP - ETHERNET_LENGTH);
        code.load(Size.BYTE, RESULT, STACK, HEADER).shiftRight(RESULT, 4);
        code.jumpIfNotEqual(RESULT, 6, pass);
        require(HEADER + 6, TCP);
        code.load(Size.BYTE, RESULT, STACK, HEADER + 7).jumpIfLess(RESULT, 2, pass);
        requireLength(HEADER + 4, IPV6_TCP);
        code.store(Size.WORD, STACK, FAMILY, ShortcutElement.IPV6);
        for (int offset = 0; offset < 32; offset += 8) {
            code.load(Size.DOUBLE, RESULT, STACK, HEADER + 8 + offset);
            code.store(Size.DOUBLE, STACK, KEY + offset, RESULT);
        }
        code.move(TRANSPORT, IPV6_TCP);
    }

    private void tcp() {
        code.mark(tcp);
        read(HEADER, TCP_LENGTH);
        code.load(Size.BYTE, RESULT, STACK, HEADER + 13);
        code.and(RESULT, ALL_BUT_PSH).jumpIfNotEqual(RESULT, ACK, pass);
        code.load(Size.BYTE, RESULT, STACK, HEADER + 12).shiftRight(RESULT, 4);
        code.jumpIfLess(RESULT, TCP_LENGTH / 4, pass);
        code.shiftLeft(RESULT, 2).add(TRANSPORT, RESULT);
        code.load(Size.WORD, RESULT, FRAME, SKB_LENGTH).jumpIfLess(RESULT, TRANSPORT, pass);
        packetBytes();
        code.load(Size.WORD, RESULT, STACK, HEADER);
        code.store(Size.WORD, STACK, KEY + 32, RESULT);
    }

    /** Makes of the headers' length that of one segment, or of the whole, from the IP header on. */
    private void packetBytes() {
        Label segments = new Label("segments");
        Label known = new Label("length of a packet");
        code.load(Size.WORD, Register.R1, FRAME, SKB_SEGMENT_BYTES);
        code.jumpIfNotEqual(Register.R1, 0, segments);
        code.move(TRANSPORT, RESULT).jump(known);
        code.mark(segments).add(TRANSPORT, Register.R1);
        code.mark(known).add(TRANSPORT, -ETHERNET_LENGTH);
    }

    /**
     * Finds the flow's element. Its index may be another's by now, when this one has just been
     * removed; an element itself is not given away so soon, so what stands in it is compared.
     */
    private void flow(int flows, int elements) {
        lookUp(flows, KEY);
        code.load(Size.WORD, RESULT, RESULT, 0);
        code.jumpIfEqual(RESULT, 0, pass);
        code.store(Size.WORD, STACK, CHOSEN, RESULT);
        lookUp(elements, CHOSEN);
        code.move(FLOW, RESULT);
        for (int offset = 0; offset < 32; offset += 8) {
            requireSame(Size.DOUBLE, KEY + offset, ShortcutElement.KEY + offset);
        }
        requireSame(Size.WORD, KEY + 32, ShortcutElement.KEY + 32);
        requireSame(Size.DOUBLE, ETHERNET, ShortcutElement.IN_MACS);
        requireSame(Size.WORD, ETHERNET + 8, ShortcutElement.IN_MACS + 8);
        code.load(Size.WORD, Register.R1, FRAME, SKB_INTERFACE);
        code.load(Size.WORD, Register.R2, FLOW, ShortcutElement.IN);
        code.jumpIfNotEqual(Register.R1, Register.R2, pass);
        code.load(Size.WORD, Register.R1, FLOW, ShortcutElement.FLAGS);
        code.and(Register.R1, ShortcutElement.IPV6);
        code.load(Size.WORD, Register.R2, STACK, FAMILY);
        code.jumpIfNotEqual(Register.R1, Register.R2, pass);
        code.load(Size.WORD, Register.R1, FLOW, ShortcutElement.MTU);
        code.jumpIfLess(Register.R1, TRANSPORT, pass);
        code.load(Size.DOUBLE, Register.R1, FLOW, ShortcutElement.STOPPED);
        code.jumpIfNotEqual(Register.R1, 0, pass);
    }

    private void lease() {
        code.call(CALL_CLOCK);
        code.load(Size.DOUBLE, UNTIL, STACK, LEASE);
        code.jumpIfLessOrEqual(UNTIL, RESULT, pass);
    }

    private void keepBack() {
        code.move(RESULT, 1).atomicAdd(FLOW, ShortcutElement.PACKETS, RESULT);
        Label small = new Label("small");
        code.load(Size.WORD, Register.R1, FRAME, SKB_LENGTH);
        code.jumpIfLess(Register.R1, LARGE, small);
        code.atomicAdd(FLOW, ShortcutElement.LARGE_FRAMES, RESULT);
        code.mark(small).load(Size.WORD, RESULT, FRAME, SKB_LENGTH);
        code.store(Size.WORD, NOTE, NOTE_FRAME_LENGTH, RESULT);
        code.add(RESULT, -ETHERNET_LENGTH).atomicAdd(FLOW, ShortcutElement.BYTES, RESULT);
        code.load(Size.WORD, RESULT, FRAME, SKB_INTERFACE);
        code.store(Size.WORD, NOTE, NOTE_INTERFACE, RESULT);
        code.load(Size.WORD, RESULT, STACK, HEADER + TCP_SEQUENCE);
        code.store(Size.WORD, NOTE, NOTE_SEQUENCE, RESULT);
        code.load(Size.WORD, RESULT, STACK, CHOSEN);
        code.store(Size.WORD, NOTE, NOTE_INDEX, RESULT);
        code.move(RESULT, 0).exit();
        code.mark(pass).move(RESULT, -1).exit();
    }

    /** Leaves the address of a value in the result, or passes the frame where there is none. */
    private void lookUp(int map, int key) {
        code.loadMap(Register.R1, map).move(Register.R2, STACK).add(Register.R2, key);
        code.call(CALL_MAP_LOOKUP);
        code.jumpIfEqual(RESULT, 0, pass);
    }

    private void requireSame(Size size, int onStack, int inElement) {
        code.load(size, Register.R1, STACK, onStack);
        code.load(size, Register.R2, FLOW, inElement);
        code.jumpIfNotEqual(Register.R1, Register.R2, pass);
    }

    private void require(int offset, int value) {
        code.load(Size.BYTE, RESULT, STACK, offset).jumpIfNotEqual(RESULT, value, pass);
    }

    /** The header's length and the frame's must agree: a longer one says 0. */
    private void requireLength(int offset, int before) {
        loadNetworkHalf(Register.R1, offset);
        code.add(Register.R1, before).load(Size.WORD, RESULT, FRAME, SKB_LENGTH);
        code.jumpIfNotEqual(RESULT, Register.R1, pass);
    }

    /** Copies bytes of the frame to the stack, from the present offset on. */
    private void read(int to, int length) {
        code.move(Register.R1, FRAME).move(Register.R2, TRANSPORT);
        code.move(Register.R3, STACK).add(Register.R3, to).move(Register.R4, length);
        code.call(CALL_LOAD_BYTES);
        code.jumpIfNotEqual(RESULT, 0, pass);
    }

    private void loadNetworkHalf(Register to, int offset) {
        code.load(Size.HALF, to, STACK, offset).networkOrder(to, 16);
    }
}
