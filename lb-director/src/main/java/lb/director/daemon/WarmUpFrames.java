package lb.director.daemon;

import lb.core.channel.FrameBatch;
import lb.core.wire.Ethernet;
import lb.core.wire.IpAddress;
import lb.core.wire.IpProtocol;
import lb.core.wire.Ipv4;
import lb.core.wire.Memory;
import lb.core.wire.Tcp;
import lb.core.wire.VnetHeader;

/**
 * The frames of a {@link WarmUp}: of clients that open a connection, use it and close it, a batch
 * for each step. Used by the thread that warms up.
 *
 * <p>The VIP and the clients are of the networks set aside for documentation (RFC 5737).
 */
final class WarmUpFrames implements AutoCloseable {
    static final IpAddress VIP = IpAddress.parse("192.0.2.1");
    static final long OWN_MAC = 0x0200_0000_0001L;

    /** The first port that has services, and how many have. */
    static final int FIRST_PORT = 1;

    static final int PORTS = 2;

    /** Clients of a batch, each with one frame. */
    static final int BATCH = 64;

    /** What the segments of a client say, one a round. */
    private static final int[] FLAGS = {
        Tcp.SYN,
        Tcp.ACK,
        Tcp.ACK | Tcp.PSH,
        Tcp.ACK,
        Tcp.ACK | Tcp.PSH,
        Tcp.ACK,
        Tcp.ACK | Tcp.PSH,
        Tcp.ACK | Tcp.FIN
    };

    /** Rounds until the next clients come. */
    static final int STEPS = FLAGS.length;

    /** In this step, only the first clients of the batch say something. */
    private static final int OF_FEW = 4;

    private static final int MOST_OF_FEW = 4;

    /** One frame in so many is not to be forwarded. */
    private static final int UNFIT_EVERY = 16;

    private static final long CLIENT_MAC = 0x0200_0000_0002L;
    private static final int FIRST_CLIENT = IpAddress.parse("198.51.100.1").ipv4();
    private static final int NO_SERVICE_PORT = 9;
    private static final int PORTS_AT = Ethernet.HEADER_LENGTH + Ipv4.MIN_HEADER_LENGTH;
    private static final int UDP_HEADER_LENGTH = 8;
    private static final int MIN_FRAME = 60;
    private static final int SLOT = 128;

    private final FrameBatch batch = new FrameBatch(BATCH);
    private final Memory.Scratch memory = Memory.scratch((long) BATCH * SLOT);
    private int unfit;

    /** The frames of a round, until the next one is asked for. */
    FrameBatch ofRound(int round) {
        batch.clear();
        int step = round % STEPS;
        int cohort = round / STEPS;
        int frames = step == OF_FEW ? 1 + cohort % MOST_OF_FEW : BATCH;
        for (int i = 0; i < frames; i++) {
            long frame = memory.address() + (long) i * SLOT + VnetHeader.LENGTH;
            int length = write(frame, cohort * BATCH + i, FLAGS[step]);
            // Not the first one of a client: so it has a connection.
            if (step > 0 && (i + step) % UNFIT_EVERY == 0) {
                makeUnfit(frame);
            }
            batch.add(frame, length);
        }
        return batch;
    }

    /** Makes a frame one that is not to be forwarded, in turn for one reason and another. */
    private void makeUnfit(long frame) {
        switch (unfit++ % 4) {
            case 0 -> Ethernet.putDestination(frame, CLIENT_MAC);
            case 1 -> Ethernet.putSource(frame, OWN_MAC);
            case 2 -> Ethernet.putType(frame, Ethernet.TYPE_ARP);
            default -> Memory.putU16(frame + PORTS_AT + 2, NO_SERVICE_PORT);
        }
    }

    /** One of four clients speaks UDP; the frames of every other one are padded. */
    static int write(long frame, int client, int flags) {
        boolean udp = client / PORTS % 4 == 0;
        int header = udp ? UDP_HEADER_LENGTH : Tcp.MIN_HEADER_LENGTH;
        VnetHeader.clear(frame);
        Ethernet.putDestination(frame, OWN_MAC);
        Ethernet.putSource(frame, CLIENT_MAC);
        Ethernet.putType(frame, Ethernet.TYPE_IPV4);
        writeIp(frame + Ethernet.HEADER_LENGTH, client, flags, udp, header);
        writeTransport(frame + PORTS_AT, client, flags, udp);
        int length = PORTS_AT + header;
        return client % 2 == 0 ? length : Math.max(MIN_FRAME, length);
    }

    private static void writeIp(long ip, int client, int flags, boolean udp, int payload) {
        int packet = Ipv4.MIN_HEADER_LENGTH + payload;
        int protocol = udp ? IpProtocol.UDP : IpProtocol.TCP;
        int source = FIRST_CLIENT + client % BATCH;
        // Different ones, so that some checksums carry when the time to live is lowered.
        int identification = client * 31 + flags * 257 & 0xffff;
        Ipv4.write(ip, 0, packet, identification, 0, 64, protocol, source, VIP.ipv4());
    }

    private static void writeTransport(long ports, int client, int flags, boolean udp) {
        Memory.putU16(ports, 1024 + client % 1000);
        Memory.putU16(ports + 2, FIRST_PORT + client % PORTS);
        if (udp) {
            Memory.putU16(ports + 4, UDP_HEADER_LENGTH);
            Memory.putU16(ports + 6, 0);
        } else {
            Memory.putU8(ports + 12, Tcp.MIN_HEADER_LENGTH << 2);
            Memory.putU8(ports + 13, flags);
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
