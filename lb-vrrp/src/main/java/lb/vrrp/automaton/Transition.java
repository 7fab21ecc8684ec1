package lb.vrrp.automaton;

import java.util.List;

/**
 * What an event led to. Immutable, but for the timers of its state; any thread.
 *
 * @param state after the event
 * @param actions to carry out in this order, often none
 */
public record Transition(State state, List<Action> actions) {}
