package lb.vrrp.automaton;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the members of a sync group in one state: (what happened to one, how all stand) to events
 * for members. Stateless; any thread.
 *
 * <p>The rules are keepalived's: Active only when every member wants to, Backup when one steps
 * down, Fault when one is. Nobody is left behind: whatever moves one member moves the others in the
 * same turn of their thread.
 */
public final class SyncGroup {
    private SyncGroup() {}

    /** A {@link State} without its timers. */
    public enum Stand {
        INITIALIZE,
        BACKUP,
        ACTIVE,
        FAULT;

        /** The kind of a state. */
        public static Stand of(State state) {
            return switch (state) {
                case State.Initialize _ -> INITIALIZE;
                case State.Backup _ -> BACKUP;
                case State.Active _ -> ACTIVE;
                case State.Fault _ -> FAULT;
            };
        }
    }

    /**
     * One member as it stands.
     *
     * @param faulty whether it has a fault of its own, that is, any but {@link
     *     FaultReason#SYNC_GROUP}
     * @param held whether it has that of the group
     * @param wants whether its Active_Down_Timer has expired, and no Active was heard since
     */
    public record Member(Stand stand, boolean faulty, boolean held, boolean wants) {
        private boolean isReady() {
            return stand == Stand.ACTIVE || (stand == Stand.BACKUP && wants);
        }

        private boolean canFollow() {
            return stand == Stand.ACTIVE || stand == Stand.BACKUP;
        }
    }

    /** What happened. */
    public sealed interface Happening {
        /** The Active_Down_Timer of this member, which is Backup, has expired. */
        record WantsActive(int member) implements Happening {}

        /** This member went Active, told to or by itself as an address owner does. */
        record BecameActive(int member) implements Happening {}

        /** This member went from Active to Backup. */
        record SteppedDown(int member) implements Happening {}

        /** Faults came or went, or members did. */
        record FaultsChanged() implements Happening {}
    }

    /** An event for a member; {@code member} is its place in the list. */
    public record Told(int member, Event event) {}

    /**
     * What to tell the members, in this order. Faults come first: while there is one, nothing else
     * is told.
     */
    public static List<Told> on(Happening happening, List<Member> members) {
        List<Told> told = faults(members);
        if (!told.isEmpty() || members.stream().anyMatch(Member::faulty)) {
            return told;
        }
        return switch (happening) {
            case Happening.WantsActive(int member) -> wantsActive(member, members);
            case Happening.BecameActive(int member) -> becameActive(member, members);
            case Happening.SteppedDown _ ->
                    allThatStand(Stand.ACTIVE, new Event.StepDown(), members);
            case Happening.FaultsChanged _ -> List.of();
        };
    }

    /** A member is held as long as another one has a fault of its own. */
    private static List<Told> faults(List<Member> members) {
        long faulty = members.stream().filter(Member::faulty).count();
        List<Told> told = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            boolean hold = faulty - (member.faulty() ? 1 : 0) > 0;
            if (hold && !member.held()) {
                told.add(new Told(i, new Event.FaultRaised(FaultReason.SYNC_GROUP)));
            } else if (!hold && member.held()) {
                told.add(new Told(i, new Event.FaultCleared(FaultReason.SYNC_GROUP)));
            }
        }
        return told;
    }

    private static List<Told> wantsActive(int member, List<Member> members) {
        for (int i = 0; i < members.size(); i++) {
            if (i != member && !members.get(i).isReady()) {
                return List.of(new Told(member, new Event.StepDown()));
            }
        }
        List<Told> told = new ArrayList<>();
        told.add(new Told(member, new Event.TakeOver()));
        told.addAll(others(member, members));
        return told;
    }

    private static List<Told> becameActive(int member, List<Member> members) {
        return members.stream().allMatch(Member::canFollow)
                ? others(member, members)
                : List.of(new Told(member, new Event.StepDown()));
    }

    private static List<Told> others(int member, List<Member> members) {
        return allThatStand(Stand.BACKUP, new Event.TakeOver(), members).stream()
                .filter(told -> told.member() != member)
                .toList();
    }

    private static List<Told> allThatStand(Stand stand, Event event, List<Member> members) {
        List<Told> told = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).stand() == stand) {
                told.add(new Told(i, event));
            }
        }
        return told;
    }
}
