package lb.vrrp.automaton;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import lb.vrrp.automaton.Event.FaultCleared;
import lb.vrrp.automaton.Event.FaultRaised;
import lb.vrrp.automaton.Event.StepDown;
import lb.vrrp.automaton.Event.TakeOver;
import lb.vrrp.automaton.SyncGroup.Happening;
import lb.vrrp.automaton.SyncGroup.Happening.BecameActive;
import lb.vrrp.automaton.SyncGroup.Happening.FaultsChanged;
import lb.vrrp.automaton.SyncGroup.Happening.SteppedDown;
import lb.vrrp.automaton.SyncGroup.Happening.WantsActive;
import lb.vrrp.automaton.SyncGroup.Member;
import lb.vrrp.automaton.SyncGroup.Stand;
import lb.vrrp.automaton.SyncGroup.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens to one member, and what the others are told for it. */
class SyncGroupTest {
    private static final Member INIT = new Member(Stand.INITIALIZE, false, false, false);
    private static final Member BACKUP = new Member(Stand.BACKUP, false, false, false);
    private static final Member WANTS = new Member(Stand.BACKUP, false, false, true);
    private static final Member ACTIVE = new Member(Stand.ACTIVE, false, false, false);
    private static final Member FAULTY = new Member(Stand.FAULT, true, false, false);
    private static final Member HELD = new Member(Stand.FAULT, false, true, false);
    private static final Member BOTH = new Member(Stand.FAULT, true, true, false);

    private static final FaultRaised RAISED = new FaultRaised(FaultReason.SYNC_GROUP);
    private static final FaultCleared CLEARED = new FaultCleared(FaultReason.SYNC_GROUP);

    private static Arguments row(
            String name, Happening happening, List<Member> members, Told... told) {
        return Arguments.of(name, happening, members, List.of(told));
    }

    private static Told tell(int member, Event event) {
        return new Told(member, event);
    }

    static Stream<Arguments> matrix() {
        return Stream.of(
                row(
                        "the only one that wants waits again",
                        new WantsActive(0),
                        List.of(WANTS, BACKUP),
                        tell(0, new StepDown())),
                row(
                        "the last one that wants takes all with it, itself first",
                        new WantsActive(1),
                        List.of(WANTS, WANTS, WANTS),
                        tell(1, new TakeOver()),
                        tell(0, new TakeOver()),
                        tell(2, new TakeOver())),
                row(
                        "one that wants joins those that are Active",
                        new WantsActive(1),
                        List.of(ACTIVE, WANTS),
                        tell(1, new TakeOver())),
                row(
                        "nobody goes ahead of one that has not started",
                        new WantsActive(0),
                        List.of(WANTS, INIT),
                        tell(0, new StepDown())),
                row(
                        "a group of one does as it wants",
                        new WantsActive(0),
                        List.of(WANTS),
                        tell(0, new TakeOver())),
                row(
                        "an address owner takes the others with it",
                        new BecameActive(0),
                        List.of(ACTIVE, BACKUP, WANTS),
                        tell(1, new TakeOver()),
                        tell(2, new TakeOver())),
                row("all are Active already", new BecameActive(1), List.of(ACTIVE, ACTIVE)),
                row(
                        "an address owner does not go ahead of one that has not started",
                        new BecameActive(0),
                        List.of(ACTIVE, INIT),
                        tell(0, new StepDown())),
                row(
                        "one stepped down: all do",
                        new SteppedDown(0),
                        List.of(BACKUP, ACTIVE, ACTIVE),
                        tell(1, new StepDown()),
                        tell(2, new StepDown())),
                row("all have stepped down", new SteppedDown(1), List.of(BACKUP, BACKUP)),
                row(
                        "a fault of one holds the others, Active or not",
                        new FaultsChanged(),
                        List.of(FAULTY, ACTIVE, BACKUP, INIT),
                        tell(1, RAISED),
                        tell(2, RAISED),
                        tell(3, RAISED)),
                row(
                        "a second fault holds the first one too",
                        new FaultsChanged(),
                        List.of(FAULTY, BOTH, HELD),
                        tell(0, RAISED)),
                row(
                        "one of two faults is over: it is held by the other",
                        new FaultsChanged(),
                        List.of(HELD, BOTH, HELD),
                        tell(1, CLEARED)),
                row(
                        "the last fault is over: all come back",
                        new FaultsChanged(),
                        List.of(BACKUP, HELD, HELD),
                        tell(1, CLEARED),
                        tell(2, CLEARED)),
                row("nothing to do", new FaultsChanged(), List.of(FAULTY, HELD)),
                row(
                        "faults go before everything else",
                        new WantsActive(0),
                        List.of(WANTS, WANTS, FAULTY),
                        tell(0, RAISED),
                        tell(1, RAISED)),
                row(
                        "and while there is one nobody is told to take over",
                        new BecameActive(0),
                        List.of(new Member(Stand.ACTIVE, true, false, false), HELD)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("matrix")
    void whatOneDoesTheOthersAreTold(
            String name, Happening happening, List<Member> members, List<Told> told) {
        assertThat(SyncGroup.on(happening, members)).as(name).isEqualTo(told);
    }

    /** Members that do what they are told, as the automaton does. */
    @Test
    void afterAnySeriesOfEventsAllMembersStandAlike() {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        List<Member> members = new ArrayList<>(List.of(BACKUP, BACKUP, BACKUP));
        for (int step = 0; step < 20_000; step++) {
            int one = random.nextInt(members.size());
            settle(random.nextInt(4), one, members);
            assertThat(members.stream().map(Member::stand).distinct())
                    .as("seed %d, step %d: %s", seed, step, members)
                    .hasSize(1);
            assertThat(members.getFirst().stand() == Stand.FAULT)
                    .as("seed %d, step %d: %s", seed, step, members)
                    .isEqualTo(members.stream().anyMatch(Member::faulty));
        }
    }

    private static void settle(int what, int one, List<Member> members) {
        Member member = members.get(one);
        switch (what) {
            case 0 -> {
                if (member.stand() == Stand.BACKUP) {
                    members.set(one, WANTS);
                    carryOut(new WantsActive(one), members);
                }
            }
            case 1 -> {
                if (member.stand() == Stand.ACTIVE) {
                    members.set(one, BACKUP);
                    carryOut(new SteppedDown(one), members);
                }
            }
            case 2 -> {
                members.set(one, new Member(Stand.FAULT, true, member.held(), false));
                carryOut(new FaultsChanged(), members);
            }
            default -> {
                if (member.faulty()) {
                    members.set(one, member.held() ? HELD : BACKUP);
                    carryOut(new FaultsChanged(), members);
                }
            }
        }
    }

    private static void carryOut(Happening happening, List<Member> members) {
        List<Told> told = SyncGroup.on(happening, members);
        for (Told each : told) {
            Member before = members.get(each.member());
            Member after =
                    switch (each.event()) {
                        case TakeOver _ -> ACTIVE;
                        case StepDown _ -> before.stand() == Stand.ACTIVE ? BACKUP : before;
                        case FaultRaised _ -> before.faulty() ? BOTH : HELD;
                        case FaultCleared _ -> before.faulty() ? FAULTY : BACKUP;
                        default -> throw new AssertionError(each);
                    };
            members.set(each.member(), after);
        }
        if (!told.isEmpty()) {
            assertThat(SyncGroup.on(new FaultsChanged(), members)).as("twice").isEmpty();
        }
    }
}
