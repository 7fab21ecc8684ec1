package lb.director.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import lb.core.service.SchedulerKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars of all sorts in a plug-in folder; real ones, compiled here. */
class SchedulersTest {
    private static final String FIRST = "return servers.getFirst();";

    @TempDir private Path parent;

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = PluginJars.folder(parent);
    }

    private String onlyProblem() {
        Schedulers.Found found = Schedulers.in(folder).found();
        assertThat(found.registry().names()).contains("mh").doesNotContain("foreign");
        assertThat(found.problems()).hasSize(1);
        return found.problems().getFirst().toString();
    }

    @Test
    void theExampleIsFoundWithItsVersionAndSeesNothingButTheSeam() throws IOException {
        Path jar = PluginJars.example(folder);
        SchedulerKind kind = Schedulers.in(folder).registry().kind("subnet");
        assertThat(kind.origin()).isEqualTo(jar.toString());
        assertThat(kind.version()).isEqualTo("0.1.0");
        assertThat(kind.computable()).isTrue();
        assertThat(kind.known()).isEqualTo("prefix=…");
        ClassLoader loader = kind.provider().getClass().getClassLoader();
        assertThat(loader).isNotSameAs(getClass().getClassLoader());
        for (String hidden :
                List.of(
                        "lb.core.director.Director",
                        "lb.director.Main",
                        "io.netty.channel.Channel")) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> loader.loadClass(hidden))
                    .isInstanceOf(ClassNotFoundException.class);
        }
    }

    @Test
    void brokenJarsAreNamedAndTheOthersAreUsed() throws IOException {
        Files.writeString(folder.resolve("text.jar"), "this is no jar");
        Files.write(folder.resolve("empty.jar"), new byte[0]);
        PluginJars.write(folder, "late.jar", "late", FIRST, "static int x = 1 / 0;");
        PluginJars.write(
                folder,
                "thrown.jar",
                "thrown",
                FIRST,
                "public Pthrown() { throw new Error(\"no\"); }");
        PluginJars.write(folder, "hidden.jar", "hidden", FIRST, "private Phidden() {}");
        PluginJars.write(folder, "called.jar", "Not a Name", FIRST, "");
        PluginJars.write(folder, "good.jar", "good", FIRST, "");
        Schedulers.Found found = Schedulers.in(folder).found();
        assertThat(found.registry().names()).contains("good", "mh");
        assertThat(found.problems())
                .extracting(problem -> problem.path().getFileName().toString())
                .containsExactly(
                        "called.jar",
                        "empty.jar",
                        "hidden.jar",
                        "late.jar",
                        "text.jar",
                        "thrown.jar");
        assertThat(found.problems())
                .allSatisfy(
                        problem -> assertThat(problem.reason()).contains("it cannot be loaded"));
        assertThat(found.problems().getLast().reason()).contains("Error: no");
    }

    @Test
    void aJarWithoutAProviderSaysWhatIsMissing() throws IOException {
        try (var jar =
                new java.util.jar.JarOutputStream(Files.newOutputStream(folder.resolve("x.jar")))) {
            jar.putNextEntry(new java.util.jar.JarEntry("readme.txt"));
        }
        assertThat(onlyProblem()).contains("x.jar", "it holds no scheduler", "META-INF/services");
    }

    @Test
    void aProviderThatIsNoneIsNamed() throws IOException {
        try (var jar =
                new java.util.jar.JarOutputStream(Files.newOutputStream(folder.resolve("x.jar")))) {
            jar.putNextEntry(
                    new java.util.jar.JarEntry(
                            "META-INF/services/lb.core.service.SchedulerProvider"));
            jar.write("java.lang.String".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        assertThat(onlyProblem()).contains("x.jar", "names none");
    }

    @Test
    void aNameThatIsTakenIsNotTakenAgain() throws IOException {
        PluginJars.write(folder, "a.jar", "twice", FIRST, "");
        PluginJars.write(folder, "b.jar", "twice", FIRST, "");
        PluginJars.write(folder, "c.jar", "mh", FIRST, "");
        Schedulers.Found found = Schedulers.in(folder).found();
        assertThat(found.registry().kind("twice").origin()).endsWith("a.jar");
        assertThat(found.registry().kind("mh").isPlugin()).isFalse();
        assertThat(found.problems())
                .extracting(PluginProblem::toString)
                .satisfiesExactly(
                        b -> assertThat(b).contains("b.jar", "'twice'", "a.jar"),
                        c -> assertThat(c).contains("c.jar", "'mh'", "lb itself"));
    }

    @Test
    void whatOthersCanWriteIsNotUsed() throws IOException {
        Path jar = PluginJars.write(folder, "x.jar", "foreign", FIRST, "");
        for (String mode : List.of("rw-rw-r--", "rw-r--rw-")) {
            Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString(mode));
            assertThat(onlyProblem()).contains("x.jar", "can be written by others", "chmod go-w");
        }
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(Schedulers.in(folder).registry().names()).contains("foreign");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(onlyProblem()).contains("plugins", "can be written by others");
    }

    @Test
    void aJarThatComesOrChangesIsSeenWithoutARestartAndOneThatGoesStays() throws IOException {
        Schedulers schedulers = Schedulers.in(folder);
        assertThat(schedulers.registry().names()).doesNotContain("foreign");
        Path jar = PluginJars.write(folder, "x.jar", "foreign", FIRST, "");
        SchedulerKind first = schedulers.rescan().registry().kind("foreign");
        assertThat(schedulers.rescan().registry().kind("foreign").isSame(first)).isTrue();

        PluginJars.write(folder, "x.jar", "foreign", "return servers.getLast();", "");
        SchedulerKind second = schedulers.rescan().registry().kind("foreign");
        assertThat(second.isSame(first)).isFalse();

        Files.writeString(jar, "broken");
        Schedulers.Found broken = schedulers.rescan();
        assertThat(broken.registry().kind("foreign").isSame(second)).isTrue();
        assertThat(broken.problems().getFirst().reason()).contains("is still used");

        Files.delete(jar);
        assertThat(schedulers.rescan().registry().kind("foreign").isSame(second)).isTrue();
        assertThat(schedulers.found().problems()).isEmpty();
    }

    @Test
    void aFolderThatIsNotThereIsEmpty() {
        Schedulers schedulers = Schedulers.in(parent.resolve("nowhere"));
        assertThat(schedulers.registry().names()).contains("rr", "mh");
        assertThat(schedulers.found().problems()).isEmpty();
    }
}
