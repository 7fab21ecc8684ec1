package lb.director.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import lb.core.director.Verdict;
import lb.director.control.ControlServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code lb stats}, from a real director over a real socket. */
@Timeout(60)
class StatsCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path directory;

    private AskedDirector cli;

    @BeforeEach
    void begin() {
        cli = new AskedDirector(directory);
    }

    @Test
    void statsShowVerdictsThatSumToTheFramesReceived() throws Exception {
        cli.play();
        try (ControlServer _ = cli.start()) {
            assertThat(cli.ask("stats")).isZero();
        }
        assertThat(cli.printed())
                .isEqualTo(
                        """
                        Verdict         Frames  Meaning
                        FORWARDED            6  sent on to a real server
                        NOT_IP               1  neither IPv4 nor IPv6
                        NO_REAL_SERVER       1  no real server is usable
                        frames received 8 = sum of verdicts

                        connections 4 of 1000000, evicted because the table was full: 0

                        Prot LocalAddress:Port                   Conns      Packets            Bytes
                          -> RemoteAddress:Port
                        TCP  10.0.205.100:80                         2            5              200
                          -> 10.0.205.2:80                           1            3              120
                          -> 10.0.205.3:80                           1            2               80
                        TCP  10.0.205.100:443                        0            0                0
                          -> 10.0.205.2:443                          0            0                0
                        UDP  10.0.205.100:53                         0            0                0
                          -> 10.0.205.3:53                           0            0                0
                        TCP  [fd00::100]:80                          1            1               60
                          -> [fd00::2]:80                            1            1               60
                        SCTP 10.0.205.100:36412                      0            0                0

                        Interface  Role  Received  Transmitted  TransmitFull  RingLosses
                        eth7       both         8            7             0           0
                        """);
    }

    @Test
    void statsShowVerdictsWithoutFramesWhenAllAreWanted() throws Exception {
        try (ControlServer _ = cli.start()) {
            assertThat(cli.ask("stats", "--all")).isZero();
        }
        assertThat(cli.printed())
                .containsPattern("\nGATE_CLOSED +0  another director holds the VIP\n")
                .contains("\nframes received 0 = sum of verdicts\n");
    }

    @Test
    void statsAsJsonHaveAllVerdicts() throws Exception {
        cli.play();
        try (ControlServer _ = cli.start()) {
            assertThat(cli.ask("stats", "--json")).isZero();
        }
        JsonNode answer = JSON.readTree(cli.printed());
        assertThat(answer.path("framesReceived").intValue()).isEqualTo(8);
        assertThat(answer.path("framesDecided").intValue()).isEqualTo(8);
        assertThat(answer.path("verdicts")).hasSize(Verdict.values().length);
        assertThat(answer.path("verdicts").get(0).toString())
                .isEqualTo(
                        "{\"verdict\":\"FORWARDED\",\"frames\":6,\"description\":\"sent on to a real server\"}");
        assertThat(answer.path("interfaces").get(0).path("framesTransmitted").intValue())
                .isEqualTo(7);
        assertThat(answer.path("workers").toString()).isEqualTo("[8]");
    }
}
