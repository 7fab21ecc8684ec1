package lb.core.linux;

import static lb.core.linux.ClassicBpfAssembler.*;

/**
 * A classic BPF program that lets through only what says which MAC address has one of some IP
 * addresses: ARP requests and replies by their sender (RFC 5227 section 2.4), neighbour
 * advertisements by the last 32 bits of their target (RFC 4861 section 4.4). Immutable; any thread.
 *
 * <p>It is coarse, so that a flood of other packets costs its listener nothing; the listener checks
 * what comes. Packets for other hosts, and of a VLAN that has an interface of its own, stay out.
 */
public final class AddressClaimFilter {
    /** Longest list; with more addresses every claim is let through. */
    public static final int MAX_ADDRESSES = 1_000;

    /** SKF_AD_OFF + SKF_AD_PKTTYPE, and what it is for a frame to another host. */
    private static final int PACKET_TYPE = -0x1000 + 4;

    private static final int PACKET_OTHERHOST = 3;

    /** SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT. */
    private static final int TAGGED = -0x1000 + 48;

    private static final int ALL = 0xffff;

    private static final int ETH_P_ARP = 0x0806;
    private static final int ETH_P_IPV6 = 0x86dd;
    private static final int ETHERNET_HEADER = 14;

    private static final int ARP_OPERATION = ETHERNET_HEADER + 6;
    private static final int ARP_SENDER = ETHERNET_HEADER + 14;
    private static final int NEXT_HEADER = ETHERNET_HEADER + 6;
    private static final int ICMP_TYPE = ETHERNET_HEADER + 40;
    private static final int TARGET_END = ICMP_TYPE + 20;
    private static final int ICMPV6 = 58;
    private static final int NEIGHBOR_ADVERTISEMENT = 136;

    private final int protocol;
    private final byte[] code;

    private AddressClaimFilter(int protocol, byte[] code) {
        this.protocol = protocol;
        this.code = code;
    }

    /** A filter for claims of these IPv4 addresses. */
    public static AddressClaimFilter ofIpv4(int... addresses) {
        ClassicBpfAssembler program = head();
        program.op(LOAD | HALF | AT, ARP_OPERATION)
                .jump(JUMP_EQUAL, 1, "claim", "")
                .jump(JUMP_EQUAL, 2, "claim", "none");
        return new AddressClaimFilter(ETH_P_ARP, tail(program, addresses, ARP_SENDER).assemble());
    }

    /** A filter for claims of IPv6 addresses, of which these are the last 32 bits. */
    public static AddressClaimFilter ofIpv6(int... addresses) {
        ClassicBpfAssembler program = head();
        program.op(LOAD | BYTE | AT, NEXT_HEADER)
                .jump(JUMP_EQUAL, ICMPV6, "", "none")
                .op(LOAD | BYTE | AT, ICMP_TYPE)
                .jump(JUMP_EQUAL, NEIGHBOR_ADVERTISEMENT, "claim", "none");
        return new AddressClaimFilter(ETH_P_IPV6, tail(program, addresses, TARGET_END).assemble());
    }

    private static ClassicBpfAssembler head() {
        return new ClassicBpfAssembler()
                .op(LOAD | AT, PACKET_TYPE)
                .jump(JUMP_EQUAL, PACKET_OTHERHOST, "none", "")
                .op(LOAD | AT, TAGGED)
                .jump(JUMP_EQUAL, 0, "", "none");
    }

    /** A conditional jump reaches 255 instructions, so each address has its return beside it. */
    private static ClassicBpfAssembler tail(
            ClassicBpfAssembler program, int[] addresses, int offset) {
        program.mark("none").op(RETURN, 0).mark("claim");
        if (addresses.length > MAX_ADDRESSES) {
            return program.op(RETURN, ALL);
        }
        program.op(LOAD | AT, offset);
        for (int i = 0; i < addresses.length; i++) {
            program.jump(JUMP_EQUAL, addresses[i], "", "after " + i)
                    .op(RETURN, ALL)
                    .mark("after " + i);
        }
        return program.op(RETURN, 0);
    }

    /** The EtherType that it is for. */
    int protocol() {
        return protocol;
    }

    /** Struct sock_filter, one after the other. */
    byte[] code() {
        return code.clone();
    }
}
