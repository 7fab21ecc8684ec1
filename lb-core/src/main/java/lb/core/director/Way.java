package lb.core.director;

import lb.core.channel.FrameSink;
import lb.core.service.TrafficCounters;
import lb.core.service.VirtualService;
import org.jspecify.annotations.Nullable;

/**
 * Where frames of one service go that are for one of its real servers, and what counts them: with
 * all that is read for each frame, so that none of it is looked for elsewhere. Immutable but for
 * the counters; of one worker.
 *
 * @param sibling another way to the same real server, for another service; null for none
 * @param place its place among the worker's ways, see {@link Ways#place}
 * @param mac of the real server
 * @param sourceMac of the interface it is reached by
 * @param mtu bytes that fit in a frame behind the Ethernet header
 */
record Way(
        VirtualService service,
        @Nullable Way sibling,
        long place,
        long mac,
        long sourceMac,
        int mtu,
        FrameSink out,
        TrafficCounters ofService,
        TrafficCounters ofServer) {}
