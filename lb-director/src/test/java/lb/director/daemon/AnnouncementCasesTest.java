package lb.director.daemon;

import static lb.director.daemon.CaseLab.epochNanos;
import static lb.director.daemon.VrrpLab.MAC_A;
import static lb.director.daemon.VrrpLab.MAC_B;
import static lb.director.daemon.VrrpLab.PATIENCE;
import static lb.director.daemon.VrrpLab.pause;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import lb.director.daemon.Instances.One;
import lb.director.lab.LabProcess;
import lb.director.lab.VipAnnouncement;
import lb.director.lab.VrrpAdvert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Section E of vrrp-cases.md, as far as a director alone or two of them show it. */
class AnnouncementCasesTest {
    private static final int MANY = 255;

    private CaseLab lab;

    @BeforeEach
    void build() {
        lab = CaseLab.open();
    }

    @AfterEach
    void remove() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void case61_255VipsAreAnnouncedOnceEachBeforeAnyIsRepeatedAndAdvertsKeepTheirTime() {
        // An advert that this machine makes later than others wait would begin it all again.
        String interval = CaseLab.LONG ? "0.1" : "0.4";
        double intervalMillis = Double.parseDouble(interval) * 1_000;
        One many = Instances.v3(57, 100, interval).withVips(Instances.manyVips(MANY));
        LabProcess director = lab.net.lb(lab.net.a, Instances.of(many).text());
        director.awaitOutput("BACKUP -> MASTER", PATIENCE);
        VrrpLab.await("all are announced", () -> announced().size() >= 5 * MANY);

        List<VipAnnouncement> announced = announced();
        assertThat(announced.stream().limit(MANY).map(VipAnnouncement::vip))
                .doesNotHaveDuplicates();
        List<VrrpAdvert> adverts = lab.adverts(MAC_A, many, 0);
        long first = adverts.getFirst().epochNanos();
        assertThat(announced.getFirst().epochNanos()).isGreaterThan(first);
        assertThat((announced.get(MANY - 1).epochNanos() - first) / 1e6)
                .as("ms until the last VIP is announced")
                .isLessThan(CaseLab.LONG ? 100 : 2_000);
        for (int i = 1; i < adverts.size(); i++) {
            assertThat((adverts.get(i).epochNanos() - adverts.get(i - 1).epochNanos()) / 1e6)
                    .isLessThan(intervalMillis + (CaseLab.LONG ? 20 : CaseLab.LATE_MILLIS));
        }
    }

    private List<VipAnnouncement> announced() {
        return VipAnnouncement.in(lab.capture.frames()).stream()
                .filter(one -> one.mac() == MAC_A)
                .toList();
    }

    @Test
    void case60_afterSteppingDownNoDelayedAnnouncementComes() {
        One one = Instances.v3(51, 100, "0.1");
        LabProcess director = lab.net.lb(lab.net.a, Instances.of(one).text());
        director.awaitOutput("BACKUP -> MASTER", PATIENCE);
        VrrpLab.await("the first set", () -> announced().size() == 5);
        long steppedDown = epochNanos();
        // A slow one, so that we stay Backup if this loop is held up.
        byte[] better = ForgedAdvert.of(one.withInterval("1"), 200).frame();
        while (epochNanos() - steppedDown < 5_500_000_000L) {
            lab.injector.send(better);
            pause(50);
        }
        assertThat(announced()).hasSize(5);
        // A slow Active, so that we stay Backup while the question is asked.
        lab.injector.send(ForgedAdvert.of(one.withInterval("5"), 200).frame());
        assertThat(lab.whoAnswers(one.vip())).isEmpty();
    }

    @Test
    void case63_aClientGoesWithoutAnswersOnlyUntilTheNewActivesAnnouncement() throws Exception {
        String interval = CaseLab.LONG ? "0.1" : "0.4";
        One four = Instances.v3(51, 100, interval);
        One six = Instances.v6(52, 100, interval);
        lab.net
                .lb(lab.net.b, Instances.of(four, six).text())
                .awaitOutput("(V52) BACKUP -> MASTER", PATIENCE);
        long began = epochNanos();
        LabProcess better =
                lab.net.lb(
                        lab.net.a,
                        Instances.of(four.withPriority(150), six.withPriority(150)).text());
        lab.awaitTakeover(four, MAC_B, MAC_A, began);
        lab.awaitTakeover(six, MAC_B, MAC_A, began);
        try (UdpEcho atA = UdpEcho.listen(lab.net.a);
                UdpEcho atB = UdpEcho.listen(lab.net.b);
                UdpPing ping4 = UdpPing.start(lab.net.client, four.vip());
                UdpPing ping6 = UdpPing.start(lab.net.client, six.vip())) {
            VrrpLab.await("answers", () -> ping4.answered() > 20 && ping6.answered() > 20);
            assertThat(atA.answered()).isGreaterThan(30);
            assertThat(atB.answered()).isZero();
            ping4.forgetSilence();
            ping6.forgetSilence();
            long killed = epochNanos();
            lab.net.a.unplug("eth0");
            better.kill();
            double outage4 = announcedMillis(four, killed);
            double outage6 = announcedMillis(six, killed);
            VrrpLab.await("answers from b", () -> atB.answered() > 40);

            assertThat(ping4.longestSilenceMillis()).isLessThan(outage4 + 40 + CaseLab.LATE_MILLIS);
            assertThat(ping6.longestSilenceMillis()).isLessThan(outage6 + 40 + CaseLab.LATE_MILLIS);
        }
    }

    private double announcedMillis(One one, long killed) {
        return (lab.awaitTakeover(one, MAC_A, MAC_B, killed).firstAnnouncementNanos() - killed)
                / 1e6;
    }
}
