package lb.director.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import lb.director.lab.CommandResult;
import lb.director.lab.Host;
import lb.director.lab.Lab;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The launcher {@code ./lb} where there is no JDK that can run it; others are hidden by mounts. */
@Timeout(200)
class LauncherTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(50);
    private static final Path JDKS = Path.of("/usr/lib/jvm");

    /** Hides $1 behind the empty folder $2, shows the JDK $3 in there if given, starts $4. */
    private static final String HIDE =
            """
            set -e
            if [ -n "$3" ]; then mkdir "$2/jdk"; mount --bind "$3" "$2/jdk"; export JAVA_HOME="$2/jdk"; fi
            [ ! -d "$1" ] || mount --rbind "$2" "$1"
            exec env PATH=/usr/sbin:/usr/bin:/sbin:/bin "$4" --help
            """;

    private static Lab lab;
    private static Host host;

    @BeforeAll
    static void open() {
        DirectorNetwork.requireRoot();
        lab = Lab.open();
        host = lab.host("a");
    }

    @AfterAll
    static void close() {
        if (lab != null) {
            lab.close();
        }
    }

    private static CommandResult launch(String onlyJdk) throws IOException {
        Path launcher = Path.of("..", "lb").toAbsolutePath().normalize();
        Path empty = Files.createTempDirectory(lab.directory(), "jvm");
        return host.run(
                TIMEOUT,
                "unshare",
                "-m",
                "env",
                "-u",
                "JAVA_HOME",
                "sh",
                "-c",
                HIDE,
                "sh",
                JDKS.toString(),
                empty.toString(),
                onlyJdk,
                launcher.toString());
    }

    @Test
    void withoutAnyJdkItSaysWhatItNeeds() throws Exception {
        CommandResult result = launch("");
        assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
        assertThat(result.errors().lines())
                .singleElement()
                .asString()
                .startsWith("lb: needs a JDK 25 or newer; found: none. Install one")
                .endsWith("or set JAVA_HOME to one.");
    }

    @Test
    void withAnOldJdkItSaysWhichItFound() throws Exception {
        Path old = oldJdk().orElseGet(LauncherTest::makeOldJdk);
        CommandResult result = launch(old.toString());
        assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
        assertThat(result.errors().lines())
                .singleElement()
                .asString()
                .startsWith("lb: needs a JDK 25 or newer; found: 17. Install one");
    }

    /** What the launcher asks of a JDK, where Debian 12's own is not installed. */
    private static Path makeOldJdk() {
        CommandResult made =
                host.run(
                        TIMEOUT,
                        "sh",
                        "-c",
                        """
                        mkdir -p "$1/bin" && cd "$1/bin"
                        printf '#!/bin/sh\necho openjdk version \\"17.0.12\\" >&2\n' > java
                        chmod +x java && cp java javac
                        """,
                        "sh",
                        lab.directory().resolve("old").toString());
        made.orThrow();
        return lab.directory().resolve("old");
    }

    /** Debian 12's own JDK. */
    private static Optional<Path> oldJdk() throws IOException {
        if (!Files.isDirectory(JDKS)) {
            return Optional.empty();
        }
        try (Stream<Path> jdks = Files.list(JDKS)) {
            return jdks.filter(jdk -> Files.isExecutable(jdk.resolve("bin/javac")))
                    .filter(jdk -> jdk.getFileName().toString().contains("17"))
                    .findFirst();
        }
    }
}
