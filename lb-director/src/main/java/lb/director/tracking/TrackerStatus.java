package lb.director.tracking;

import lb.director.config.Tracked;

/**
 * One tracker of one instance at one moment. Immutable; any thread.
 *
 * @param state UP, DOWN, UNKNOWN or ASSUMED; of a file its number
 * @param change of the priority now
 * @param fault whether it keeps the instance in FAULT
 */
public record TrackerStatus(Tracked tracked, String state, int change, boolean fault) {}
