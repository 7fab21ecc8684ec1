package lb.vrrp.speaker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.stream.Collectors;
import lb.vrrp.automaton.Event;
import lb.vrrp.automaton.Event.FaultCleared;
import lb.vrrp.automaton.Event.FaultRaised;
import lb.vrrp.automaton.State;
import lb.vrrp.automaton.SyncGroup;
import lb.vrrp.automaton.SyncGroup.Happening;
import lb.vrrp.automaton.SyncGroup.Told;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The voices of one sync group: asks {@link SyncGroup} whenever one of them moves, and tells the
 * others. Owned by the speaker's thread.
 */
final class Choir {
    private static final Logger LOG = LoggerFactory.getLogger(Choir.class);

    private final GroupMembers group;
    private final List<Voice> voices;
    private final SpeakerListener listener;
    private final Queue<Happening> happenings = new ArrayDeque<>();
    private String keyword;
    private boolean settling;

    /**
     * @param before the state that was reported last, or INIT
     */
    private Choir(GroupMembers group, List<Voice> voices, SpeakerListener listener, String before) {
        this.group = group;
        this.voices = List.copyOf(voices);
        this.listener = listener;
        keyword = before;
        voices.forEach(voice -> voice.join(this));
    }

    /**
     * The choirs of some groups, those without a voice left out.
     *
     * @param before whose states were reported last
     */
    static List<Choir> form(
            List<GroupMembers> groups,
            List<Voice> voices,
            List<Choir> before,
            SpeakerListener listener) {
        Map<String, String> keywords =
                before.stream().collect(Collectors.toMap(one -> one.group.name(), Choir::keyword));
        List<Choir> formed = new ArrayList<>();
        for (GroupMembers group : groups) {
            List<Voice> members =
                    voices.stream()
                            .filter(voice -> group.instances().contains(voice.instance().name()))
                            .toList();
            if (!members.isEmpty()) {
                String keyword = keywords.getOrDefault(group.name(), "INIT");
                formed.add(new Choir(group, members, listener, keyword));
            }
        }
        return List.copyOf(formed);
    }

    private String keyword() {
        return keyword;
    }

    GroupStatus status() {
        return new GroupStatus(group, keyword);
    }

    /** Brings members together that were not always. */
    void start(long nowNanos) {
        faultsChanged(nowNanos);
        for (int i = 0; i < voices.size(); i++) {
            if (voices.get(i).state() instanceof State.Active) {
                happened(new Happening.BecameActive(i), nowNanos);
            }
        }
    }

    /** A member's Active_Down_Timer has expired. */
    void wants(Voice voice, long nowNanos) {
        happened(new Happening.WantsActive(voices.indexOf(voice)), nowNanos);
    }

    /** A member is in another state. */
    void moved(Voice voice, State before, long nowNanos) {
        boolean was = before instanceof State.Active;
        boolean is = voice.state() instanceof State.Active;
        int member = voices.indexOf(voice);
        if (is && !was) {
            happened(new Happening.BecameActive(member), nowNanos);
        } else if (was && !is && !(voice.state() instanceof State.Initialize)) {
            happened(new Happening.SteppedDown(member), nowNanos);
        } else {
            happened(new Happening.FaultsChanged(), nowNanos);
        }
    }

    /** A member's own faults came or went. */
    void faultsChanged(long nowNanos) {
        happened(new Happening.FaultsChanged(), nowNanos);
    }

    /** What one is told may move it, which is looked at when all have been told. */
    private void happened(Happening happening, long nowNanos) {
        happenings.add(happening);
        if (settling) {
            return;
        }
        settling = true;
        try {
            Happening next = happenings.poll();
            while (next != null) {
                List<SyncGroup.Member> members = voices.stream().map(Voice::asMember).toList();
                SyncGroup.on(next, members).forEach(told -> tell(told, nowNanos));
                next = happenings.poll();
            }
        } finally {
            settling = false;
            happenings.clear();
        }
        report();
    }

    private void tell(Told told, long nowNanos) {
        Voice voice = voices.get(told.member());
        Event event = told.event();
        switch (event) {
            case FaultRaised(var reason) -> voice.raise(reason, true, nowNanos);
            case FaultCleared(var reason) -> voice.raise(reason, false, nowNanos);
            default -> voice.on(event, nowNanos);
        }
    }

    /** All of them in another state: that is the group's. */
    private void report() {
        String now = voices.getFirst().state().keyword();
        boolean together = voices.stream().allMatch(voice -> voice.state().keyword().equals(now));
        if (together && !now.equals(keyword)) {
            LOG.info("sync group {}: {} -> {}", group.name(), keyword, now);
            keyword = now;
            listener.onGroup(group.name(), now);
        }
    }
}
