package lb.core.linux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Listens to changes of links, neighbours and addresses, on a socket of its own.
 *
 * <p>Owned by the thread that polls it; watches the network namespace of the thread that opened it.
 */
public final class RtnetlinkMonitor implements AutoCloseable {
    private static final int RTNLGRP_LINK = 1;
    private static final int RTNLGRP_NEIGH = 3;
    private static final int RTNLGRP_IPV4_IFADDR = 5;
    private static final int RTNLGRP_IPV6_IFADDR = 9;
    private static final int RECEIVE_QUEUE_BYTES = 1 << 20;

    /** One poll reads at most so many datagrams, so that a storm cannot hold its thread. */
    private static final int DATAGRAMS_PER_POLL = 256;

    private final NetlinkSocket socket;

    private RtnetlinkMonitor(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Subscribes in the calling thread's network namespace. */
    public static RtnetlinkMonitor open() {
        return open(RECEIVE_QUEUE_BYTES);
    }

    /** As {@link #open()}, with a receive queue of about so many bytes before news is lost. */
    public static RtnetlinkMonitor open(int receiveQueueBytes) {
        return open(
                receiveQueueBytes,
                RTNLGRP_LINK,
                RTNLGRP_NEIGH,
                RTNLGRP_IPV4_IFADDR,
                RTNLGRP_IPV6_IFADDR);
    }

    /**
     * As {@link #open()}, of links and neighbours only: each refresh of a leased address would be
     * news otherwise.
     */
    public static RtnetlinkMonitor ofLinksAndNeighbours() {
        return open(RECEIVE_QUEUE_BYTES, RTNLGRP_LINK, RTNLGRP_NEIGH);
    }

    /** As {@link #open()}, of links only. */
    public static RtnetlinkMonitor ofLinks() {
        return open(RECEIVE_QUEUE_BYTES, RTNLGRP_LINK);
    }

    private static RtnetlinkMonitor open(int receiveQueueBytes, int... groups) {
        NetlinkSocket socket = new NetlinkSocket();
        try {
            socket.receiveQueue(receiveQueueBytes);
            for (int group : groups) {
                socket.join(group);
            }
        } catch (KernelException e) {
            socket.close();
            throw e;
        }
        return new RtnetlinkMonitor(socket);
    }

    /** The socket's descriptor, readable when {@link #poll} has something to say. */
    public int fd() {
        return socket.fd();
    }

    /**
     * Waits for news and returns all that is there, in the kernel's order.
     *
     * @param timeoutMillis 0 returns at once
     * @return empty when nothing came in time
     */
    public List<NetlinkEvent> poll(long timeoutMillis) {
        List<NetlinkEvent> events = new ArrayList<>();
        int length =
                socket.receive(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
        for (int i = 0; i < DATAGRAMS_PER_POLL && length != NetlinkSocket.NOTHING; i++) {
            if (length == NetlinkSocket.LOST) {
                events.add(new NetlinkEvent.Overrun());
            } else {
                decode(socket.received(length), events);
            }
            length = i + 1 < DATAGRAMS_PER_POLL ? socket.receiveNow() : NetlinkSocket.NOTHING;
        }
        return events;
    }

    /** Adds a datagram's news to {@code events}; one that cannot be read counts as lost news. */
    static void decode(ByteBuffer datagram, List<NetlinkEvent> events) {
        try {
            for (NetlinkMessage message : NetlinkMessage.parse(datagram)) {
                NetlinkEvent event = decode(message);
                if (event != null) {
                    events.add(event);
                }
            }
        } catch (NetlinkFormatException e) {
            events.add(new NetlinkEvent.Overrun());
        }
    }

    private static @Nullable NetlinkEvent decode(NetlinkMessage message) {
        return switch (message.type()) {
            case NetlinkMessage.OVERRUN -> new NetlinkEvent.Overrun();
            case LinkCodec.RTM_NEWLINK, LinkCodec.RTM_DELLINK -> linkChanged(message);
            case NeighbourCodec.RTM_NEWNEIGH, NeighbourCodec.RTM_DELNEIGH ->
                    neighbourChanged(message);
            case AddressCodec.RTM_NEWADDR, AddressCodec.RTM_DELADDR -> addressChanged(message);
            default -> null;
        };
    }

    private static @Nullable NetlinkEvent linkChanged(NetlinkMessage message) {
        // A bridge tells of its ports in messages of the same type and its own family: not our
        // news.
        message.require(1);
        if (message.payload().get(0) != 0) {
            return null;
        }
        return new NetlinkEvent.LinkChanged(
                LinkCodec.decode(message), message.type() == LinkCodec.RTM_DELLINK);
    }

    private static @Nullable NetlinkEvent neighbourChanged(NetlinkMessage message) {
        Neighbour neighbour = NeighbourCodec.decode(message);
        if (neighbour == null) {
            return null;
        }
        boolean gone = message.type() == NeighbourCodec.RTM_DELNEIGH;
        return new NetlinkEvent.NeighbourChanged(
                neighbour.linkIndex(),
                neighbour.address(),
                gone || !neighbour.state().isUsable() ? Link.NO_MAC : neighbour.mac(),
                gone ? NeighbourState.NONE : neighbour.state());
    }

    private static @Nullable NetlinkEvent addressChanged(NetlinkMessage message) {
        LinkAddress address = AddressCodec.decode(message);
        if (address == null) {
            return null;
        }
        return new NetlinkEvent.AddressChanged(address, message.type() == AddressCodec.RTM_DELADDR);
    }

    /** Closes the socket; again does nothing. */
    @Override
    public void close() {
        socket.close();
    }
}
