package lb.core.linux;

import static lb.core.linux.ClassicBpfAssembler.*;

/**
 * A classic BPF program that tells the kernel which member of a fanout group gets a frame: the
 * worker by a hash of the packet's addresses and ports, the worker's member by a constant.
 * Immutable; any thread.
 *
 * <p>Members stand in the order in which they joined. The hash is the program's own, because the
 * one that the kernel keeps with a frame is 0 where neither hardware nor RPS computed it. Fragments
 * go by their addresses alone, so that those of a packet stay together; so do packets with IPv6
 * extension headers. What is not IP goes to the first worker.
 */
public final class FanoutProgram {
    /** Most workers of a group. */
    public static final int MAX_WORKERS = 64;

    /** SKF_AD_OFF + SKF_AD_PROTOCOL: the ethertype, after the tag that the kernel takes out. */
    private static final int ETHERTYPE = -0x1000;

    private static final int FRAGMENT = 0x3fff;
    private static final int GOLDEN = 0x9e37_79b1;
    private static final int MIXING = 0x85eb_ca77;

    // Scratch memory.
    private static final int SOURCE = 0;
    private static final int DESTINATION = 1;
    private static final int PORTS = 2;
    private static final int HEADER = 3;
    private static final int HASH = 4;

    private final byte[] code;

    private FanoutProgram(byte[] code) {
        this.code = code;
    }

    /**
     * A program for so many workers as there are numbers.
     *
     * @param members of each worker, 1 to {@value #MAX_WORKERS}, the member that gets its frames
     */
    public static FanoutProgram of(int... members) {
        int workers = members.length;
        if (workers < 1 || workers > MAX_WORKERS) {
            throw new IllegalArgumentException(
                    "workers is " + workers + ", allowed is 1 to " + MAX_WORKERS);
        }
        ClassicBpfAssembler program = new ClassicBpfAssembler();
        if (workers == 1) {
            program.op(RETURN, members[0]);
        } else {
            header(program);
            ipv4(program);
            ipv6(program);
            worker(program, workers);
            member(program, members);
        }
        return new FanoutProgram(program.assemble());
    }

    /** Struct sock_filter, one after the other. */
    byte[] code() {
        return code.clone();
    }

    /** Leaves the offset of the IP header, behind a tag that is still in the frame, in X. */
    private static void header(ClassicBpfAssembler program) {
        program.op(LOAD)
                .op(STORE, PORTS)
                .op(LOAD_X)
                .op(LOAD | AT, ETHERTYPE)
                .jump(JUMP_EQUAL, 0x8100, "tagged", "")
                .jump(JUMP_EQUAL, 0x88a8, "tagged", "untagged")
                .mark("tagged")
                .op(LOAD | HALF | AT, 2)
                .op(LOAD_X, 4)
                .mark("untagged")
                .jump(JUMP_EQUAL, 0x0800, "ipv4", "")
                .jump(JUMP_EQUAL, 0x86dd, "ipv6", "")
                .op(LOAD)
                .jump("worker");
    }

    private static void ipv4(ClassicBpfAssembler program) {
        program.mark("ipv4")
                .op(LOAD | AT_X, 12)
                .op(STORE, SOURCE)
                .op(LOAD | AT_X, 16)
                .op(STORE, DESTINATION)
                .op(LOAD | HALF | AT_X, 6)
                .jump(JUMP_BITS, FRAGMENT, "mix", "")
                .op(LOAD | BYTE | AT_X, 9);
        jumpUnlessPorts(program, "mix");
        program.op(LOAD | BYTE | AT_X)
                .op(AND, 0xf)
                .op(SHIFT_LEFT, 2)
                .op(ADD | BY_X)
                .op(A_TO_X)
                .op(LOAD | AT_X)
                .op(STORE, PORTS)
                .jump("mix");
    }

    private static void ipv6(ClassicBpfAssembler program) {
        program.mark("ipv6").op(STORE_X, HEADER).op(LOAD).op(STORE, SOURCE).op(STORE, DESTINATION);
        fold(program, 8, SOURCE);
        fold(program, 24, DESTINATION);
        program.op(LOAD | BYTE | AT_X, 6);
        jumpUnlessPorts(program, "mix");
        program.op(LOAD | AT_X, 40).op(STORE, PORTS);
    }

    /** The four words of an address into one. */
    private static void fold(ClassicBpfAssembler program, int offset, int scratch) {
        for (int word = 0; word < 4; word++) {
            program.op(LOAD | AT_X, offset + 4 * word)
                    .op(LOAD_X | SCRATCH, scratch)
                    .op(ADD | BY_X)
                    .op(MULTIPLY, GOLDEN)
                    .op(STORE, scratch)
                    .op(LOAD_X | SCRATCH, HEADER);
        }
    }

    private static void jumpUnlessPorts(ClassicBpfAssembler program, String label) {
        String ports = label + " ports " + program.length();
        program.jump(JUMP_EQUAL, 6, ports, "")
                .jump(JUMP_EQUAL, 17, ports, "")
                .jump(JUMP_EQUAL, 132, ports, label)
                .mark(ports);
    }

    /** Leaves the number of the worker in A. */
    private static void worker(ClassicBpfAssembler program, int workers) {
        program.mark("mix")
                .op(LOAD | SCRATCH, SOURCE)
                .op(MULTIPLY, GOLDEN)
                .op(LOAD_X | SCRATCH, DESTINATION)
                .op(ADD | BY_X)
                .op(MULTIPLY, MIXING)
                .op(LOAD_X | SCRATCH, PORTS)
                .op(ADD | BY_X)
                .op(MULTIPLY, GOLDEN)
                .op(STORE, HASH)
                .op(SHIFT_RIGHT, 15)
                .op(LOAD_X | SCRATCH, HASH)
                .op(XOR | BY_X)
                .op(MULTIPLY, MIXING)
                .op(SHIFT_RIGHT, 16)
                .op(MODULO, workers)
                .mark("worker");
    }

    /** Returns the worker's own number, unless its frames go to another member. */
    private static void member(ClassicBpfAssembler program, int[] members) {
        for (int worker = 0; worker < members.length; worker++) {
            if (members[worker] != worker) {
                String next = "not " + worker;
                program.jump(JUMP_EQUAL, worker, "", next).op(RETURN, members[worker]).mark(next);
            }
        }
        program.op(RETURN_A);
    }
}
