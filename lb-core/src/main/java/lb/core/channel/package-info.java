/**
 * Frames in and frames out as Netty channels: {@code PacketChannel} over AF_PACKET rings, {@code
 * PcapChannel} over capture files. One pipeline event carries a {@link lb.core.channel.FrameBatch},
 * never a single frame.
 */
@org.jspecify.annotations.NullMarked
package lb.core.channel;
