package lb.director.demo;

import lb.director.lab.CapturedFrame;

/**
 * One of the seven frames of a direct-routed connection, as it was captured. Immutable; any thread.
 *
 * @param what the sentence that the frame proves
 * @param seenAt the machine at whose interface it was captured
 * @param frame the frame
 */
record Step(String what, Machine seenAt, CapturedFrame frame) {}
