package lb.core.linux;

import lb.core.linux.BpfAssembler.Label;
import lb.core.linux.BpfAssembler.Register;
import lb.core.linux.BpfAssembler.Size;

/**
 * The steering filter's eBPF program: parses an Ethernet frame down to its ports and drops it when
 * the map has its service. Stateless; any thread.
 *
 * <p>In words: a frame for another host's MAC address, a VLAN-tagged frame, anything that is not
 * IPv4 or IPv6 carrying TCP, UDP or SCTP, and any frame too short to tell goes on to the kernel. R6
 * holds the frame, R7 the offset of the next header, R8 the protocol, R9 is 1 for a fragment
 * without ports.
 */
final class SteeringProgram {
    /** Value bit: this (address, protocol, port) is a service; at port 0, every port is. */
    static final int SERVICE = 1;

    /**
     * Value bit at port 0: some port of this address and protocol is a service, so later fragments
     * are its.
     */
    static final int FRAGMENTS = 2;

    /** More extension headers than this are left to the kernel. */
    static final int MAX_EXTENSION_HEADERS = 8;

    private static final int CALL_MAP_LOOKUP = 1;
    private static final int CALL_LOAD_BYTES = 26;
    private static final int UNSPECIFIED = -1;
    private static final int SHOT = 2;

    // struct __sk_buff
    private static final int SKB_PACKET_TYPE = 4;
    private static final int SKB_VLAN_PRESENT = 20;
    private static final int PACKET_OTHERHOST = 3;

    private static final int ETHERTYPE_OFFSET = 12;
    private static final int ETHERNET_LENGTH = 14;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int IPV4_LENGTH = 20;
    private static final int IPV6_LENGTH = 40;
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;

    // Stack: the key, below it the header being read.
    private static final int KEY = -24;
    private static final int KEY_PORT = KEY + 16;
    private static final int KEY_PROTOCOL = KEY + 18;
    private static final int KEY_FAMILY = KEY + 19;
    private static final int HEADER = KEY - IPV6_LENGTH;

    private static final Register RESULT = Register.R0;
    private static final Register FRAME = Register.R6;
    private static final Register OFFSET = Register.R7;
    private static final Register PROTOCOL = Register.R8;
    private static final Register LATER_FRAGMENT = Register.R9;
    private static final Register STACK = Register.R10;

    private final BpfAssembler code = new BpfAssembler();
    private final int mapFd;
    private final Label pass = new Label("pass");
    private final Label drop = new Label("drop");
    private final Label ipv6 = new Label("ipv6");
    private final Label transport = new Label("transport");
    private final Label ports = new Label("ports");

    private SteeringProgram(int mapFd) {
        this.mapFd = mapFd;
    }

    /** The program that looks services up in the map {@code mapFd}. */
    static byte[] assemble(int mapFd) {
        SteeringProgram program = new SteeringProgram(mapFd);
        program.code.move(FRAME, Register.R1);
        return program.assembled();
    }

    /**
     * The same, which first hands on what {@link ShortcutProgram} has noted.
     *
     * @param elements the array of {@link ShortcutElement}
     * @param notes one note for each processor
     */
    static byte[] assemble(int mapFd, int elements, int notes) {
        SteeringProgram program = new SteeringProgram(mapFd);
        program.code.move(FRAME, Register.R1);
        ShortcutHandOver.assemble(program.code, elements, notes);
        return program.assembled();
    }

    private byte[] assembled() {
        ethernet();
        ipv4();
        ipv6();
        transport();
        verdicts();
        return code.assemble();
    }

    private void ethernet() {
        code.load(Size.WORD, RESULT, FRAME, SKB_PACKET_TYPE);
        code.jumpIfEqual(RESULT, PACKET_OTHERHOST, pass);
        code.load(Size.WORD, RESULT, FRAME, SKB_VLAN_PRESENT);
        code.jumpIfNotEqual(RESULT, 0, pass);
        code.store(Size.DOUBLE, STACK, KEY, 0).store(Size.DOUBLE, STACK, KEY + 8, 0);
        code.store(Size.WORD, STACK, KEY_PORT, 0);
        code.move(LATER_FRAGMENT, 0);
        code.move(OFFSET, ETHERTYPE_OFFSET);
        read(2);
        loadNetworkHalf(RESULT, HEADER);
        code.move(OFFSET, ETHERNET_LENGTH);
        code.jumpIfEqual(RESULT, ETHERTYPE_IPV6, ipv6);
        code.jumpIfNotEqual(RESULT, ETHERTYPE_IPV4, pass);
    }

    private void ipv4() {
        Label unfragmented = new Label("unfragmented IPv4");
        read(IPV4_LENGTH);
        code.load(Size.WORD, RESULT, STACK, HEADER + 16);
        code.store(Size.WORD, STACK, KEY, RESULT);
        code.store(Size.BYTE, STACK, KEY_FAMILY, AddressCodec.AF_INET);
        code.load(Size.BYTE, PROTOCOL, STACK, HEADER + 9);
        loadNetworkHalf(RESULT, HEADER + 6);
        code.and(RESULT, 0x1fff);
        code.jumpIfEqual(RESULT, 0, unfragmented);
        code.move(LATER_FRAGMENT, 1);
        code.mark(unfragmented);
        code.load(Size.BYTE, RESULT, STACK, HEADER);
        code.and(RESULT, 0x0f).shiftLeft(RESULT, 2);
        code.jumpIfLess(RESULT, IPV4_LENGTH, pass);
        code.add(OFFSET, RESULT);
        code.jump(transport);
    }

    private void ipv6() {
        code.mark(ipv6);
        read(IPV6_LENGTH);
        code.load(Size.DOUBLE, RESULT, STACK, HEADER + 24).store(Size.DOUBLE, STACK, KEY, RESULT);
        code.load(Size.DOUBLE, RESULT, STACK, HEADER + 32);
        code.store(Size.DOUBLE, STACK, KEY + 8, RESULT);
        code.store(Size.BYTE, STACK, KEY_FAMILY, AddressCodec.AF_INET6);
        code.load(Size.BYTE, PROTOCOL, STACK, HEADER + 6);
        code.add(OFFSET, IPV6_LENGTH);
        for (int i = 0; i < MAX_EXTENSION_HEADERS; i++) {
            extensionHeader();
        }
    }

    /** Steps over one extension header (RFC 8200 section 4), or goes on to the transport header. */
    private void extensionHeader() {
        Label fragment = new Label("fragment header");
        Label options = new Label("options header");
        Label next = new Label("next header");
        code.jumpIfEqual(PROTOCOL, FRAGMENT, fragment);
        code.jumpIfEqual(PROTOCOL, HOP_BY_HOP, options);
        code.jumpIfEqual(PROTOCOL, ROUTING, options);
        code.jumpIfNotEqual(PROTOCOL, DESTINATION_OPTIONS, transport);
        code.mark(options);
        read(2);
        code.load(Size.BYTE, PROTOCOL, STACK, HEADER).load(Size.BYTE, RESULT, STACK, HEADER + 1);
        code.add(RESULT, 1).shiftLeft(RESULT, 3).add(OFFSET, RESULT);
        code.jump(next);
        code.mark(fragment);
        read(8);
        code.load(Size.BYTE, PROTOCOL, STACK, HEADER);
        code.add(OFFSET, 8);
        loadNetworkHalf(RESULT, HEADER + 2);
        code.and(RESULT, 0xfff8);
        code.jumpIfEqual(RESULT, 0, next);
        code.move(LATER_FRAGMENT, 1);
        code.jump(transport);
        code.mark(next);
    }

    private void transport() {
        code.mark(transport);
        code.jumpIfEqual(PROTOCOL, SteeredService.TCP, ports);
        code.jumpIfEqual(PROTOCOL, SteeredService.UDP, ports);
        code.jumpIfNotEqual(PROTOCOL, SteeredService.SCTP, pass);
        code.mark(ports);
        code.store(Size.BYTE, STACK, KEY_PROTOCOL, PROTOCOL);
        Label wholeAddress = new Label("whole address");
        Label laterFragment = new Label("later fragment");
        code.jumpIfNotEqual(LATER_FRAGMENT, 0, laterFragment);
        read(4);
        code.load(Size.HALF, RESULT, STACK, HEADER + 2);
        code.store(Size.HALF, STACK, KEY_PORT, RESULT);
        dropIf(SERVICE, wholeAddress);
        code.mark(wholeAddress);
        code.store(Size.HALF, STACK, KEY_PORT, 0);
        dropIf(SERVICE, pass);
        code.jump(pass);
        code.mark(laterFragment);
        dropIf(FRAGMENTS, pass);
    }

    private void dropIf(int bit, Label absent) {
        code.loadMap(Register.R1, mapFd).move(Register.R2, STACK).add(Register.R2, KEY);
        code.call(CALL_MAP_LOOKUP);
        code.jumpIfEqual(RESULT, 0, absent);
        code.load(Size.WORD, RESULT, RESULT, 0);
        code.jumpIfAnyBit(RESULT, bit, drop);
    }

    private void verdicts() {
        code.mark(pass).move(RESULT, UNSPECIFIED).exit();
        code.mark(drop).move(RESULT, SHOT).exit();
    }

    /**
     * Copies {@code length} bytes of the frame at the current offset to the stack, or passes a
     * shorter frame.
     */
    private void read(int length) {
        code.move(Register.R1, FRAME).move(Register.R2, OFFSET);
        code.move(Register.R3, STACK).add(Register.R3, HEADER).move(Register.R4, length);
        code.call(CALL_LOAD_BYTES);
        code.jumpIfNotEqual(RESULT, 0, pass);
    }

    private void loadNetworkHalf(Register to, int offset) {
        code.load(Size.HALF, to, STACK, offset).networkOrder(to, 16);
    }
}
