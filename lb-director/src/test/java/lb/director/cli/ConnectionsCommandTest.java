package lb.director.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import lb.core.wire.IpAddress;
import lb.core.wire.Tcp;
import lb.director.control.ControlServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code lb connections}, from a real director over a real socket. */
@Timeout(60)
class ConnectionsCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path directory;

    private AskedDirector cli;

    @BeforeEach
    void begin() {
        cli = new AskedDirector(directory);
    }

    @Test
    void connectionsAreListedInTheColumnsOfIpvsadm() throws Exception {
        cli.play();
        cli.director().advanceSeconds(1);
        try (ControlServer _ = cli.start()) {
            assertThat(cli.ask("connections")).isZero();
        }
        assertThat(cli.printed().lines().limit(2))
                .containsExactly(
                        "lb connection entries",
                        "pro expire state       source             virtual            destination");
        assertThat(cli.printed().lines().skip(2))
                .containsExactlyInAnyOrder(
                        "TCP 14:59  ESTABLISHED 10.0.200.22:40001  10.0.205.100:80    10.0.205.3:80",
                        "TCP 01:59  FIN_WAIT    10.0.200.23:40002  10.0.205.100:80    10.0.205.2:80",
                        "TCP 00:59  SYN_RECV    [fd00::22]:50000   [fd00::100]:80     [fd00::2]:80",
                        "TCP 05:59  NONE        [fd00::]:0         [fd00::100]:80     [fd00::2]:80");
    }

    @Test
    void connectionsAsJsonAreOneDocument() throws Exception {
        cli.play();
        try (ControlServer _ = cli.start()) {
            assertThat(cli.ask("connections", "--json")).isZero();
        }
        JsonNode answer = JSON.readTree(cli.printed());
        assertThat(answer.path("rows").intValue()).isEqualTo(4);
        assertThat(answer.path("connections"))
                .hasSize(4)
                .anySatisfy(row ->
                        assertThat(row.toString())
                                .isEqualTo(
                                        """
                                        {"protocol":"TCP","expiresSeconds":900,"state":"ESTABLISHED","template":false,\
                                        "sourceAddress":"10.0.200.22","sourcePort":40001,"virtualAddress":"10.0.205.100","virtualPort":80,\
                                        "destinationAddress":"10.0.205.3","destinationPort":80}\
                                        """));
        assertThat(answer.path("connections"))
                .filteredOn(row -> row.path("template").booleanValue())
                .hasSize(1);
    }

    @Test
    void anEmptyTableIsAnEmptyListing() throws Exception {
        try (ControlServer _ = cli.start()) {
            assertThat(cli.ask("connections", "--json")).isZero();
            assertThat(JSON.readTree(cli.printed()).path("connections")).isEmpty();
            cli.forget();
            assertThat(cli.ask("connections")).isZero();
            assertThat(cli.printed().lines()).hasSize(2);
        }
    }

    @Test
    void aListingThatNobodyReadsAnyMoreStops() throws Exception {
        IpAddress vip = IpAddress.parse("10.0.205.100");
        for (int i = 0; i < 20_000; i++) {
            cli.director().tcp(IpAddress.ofIpv4(0x0a640000 + i), 1024, vip, 80, Tcp.SYN);
        }
        ClosingWriter head = new ClosingWriter();
        try (ControlServer _ = cli.start()) {
            CommandLine lb = cli.lb().setOut(new PrintWriter(head));
            assertThat(lb.execute("connections", "--control", cli.path().toString())).isZero();
        }
        assertThat(head.pieces).isEqualTo(1);
        assertThat(cli.errors()).isEmpty();
    }

    /** The pipe to a {@code head} that has ended. */
    private static final class ClosingWriter extends Writer {
        private int pieces;

        @Override
        public void write(char[] text, int offset, int length) throws IOException {
            pieces += length > 5_000 ? 1 : 0;
            throw new IOException("Broken pipe");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
