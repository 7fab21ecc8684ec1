package lb.director.config.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IncludeTest {

    @TempDir Path folder = Path.of("");

    private final Diagnostics diagnostics = new Diagnostics();

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent() == null ? folder : file.getParent());
        return Files.writeString(file, text);
    }

    private List<String> read(Path file) {
        return read(file, Limits.DEFAULT);
    }

    private List<String> read(Path file, Limits limits) {
        SyntaxOptions options = new SyntaxOptions("main", Map.of(), 1, limits);
        return SyntaxReader.read(file, options, diagnostics).stream()
                .map(Statement::header)
                .toList();
    }

    private List<String> messages() {
        return diagnostics.inOrder().stream()
                .map(d -> d.toString().replace(folder + "/", ""))
                .toList();
    }

    @Test
    void patternsAndBraceListsAreReadInOrderOfNameRelativeToTheIncludingFile() throws IOException {
        write("d/b.conf", "b\ninclude deep/*.inc");
        write("d/a.conf", "a");
        write("d/.hidden.conf", "hidden");
        write("d/deep/x.inc", "x ${_PWD}");
        write("e1.conf", "e1");
        write("e2.conf", "e2");

        List<String> tree =
                read(
                        write(
                                "main.conf",
                                "include d/*.conf\ninclude e{2,1}.conf\ninclude none/*.conf\nend"));

        assertThat(tree)
                .containsExactly("a", "b", "x " + folder.resolve("d/deep"), "e2", "e1", "end");
        assertThat(messages()).isEmpty();
    }

    @Test
    void anIncludeInsideABlockGoesOnInTheBlock() throws IOException {
        write("part.conf", "b 1\nc {\nd\n}");
        Path main = write("main.conf", "a {\ninclude part.conf\ne\n}");
        SyntaxOptions options = new SyntaxOptions("main", Map.of(), 1, Limits.DEFAULT);

        List<Statement> tree = SyntaxReader.read(main, options, diagnostics);

        assertThat(tree.getFirst().body().stream().map(Statement::header))
                .containsExactly("b 1", "c", "e");
        assertThat(tree.getFirst().body().getFirst().location().toString())
                .isEqualTo(folder.resolve("part.conf") + ":1:1");
    }

    @Test
    void filesThatIncludeEachOtherAreNamed() throws IOException {
        write("a.conf", "a\n\ninclude b.conf");
        write("b.conf", "b\ninclude a.conf");

        assertThat(read(folder.resolve("a.conf"))).containsExactly("a", "b");
        assertThat(messages())
                .containsExactly(
                        "b.conf:2:1: error: files include each other in a circle: a.conf -> b.conf -> a.conf");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "include|none.conf|warning",
                "include|*.none|",
                "includer|none.conf|warning",
                "includer|folder|error",
                "include|folder|warning",
                "includem|none.conf|error",
                "includem|*.none|",
                "includew|*.none|error",
                "includeb|{main.none,other.none}|error",
                "includea|*.none|error",
                "includea|folder|error",
            })
    void eachVariantHasItsOwnStrictness(
            String keyword, String pattern, @org.jspecify.annotations.Nullable String result)
            throws IOException {
        Files.createDirectories(folder.resolve("folder"));

        List<String> tree = read(write("main.conf", keyword + " " + pattern + "\nend"));

        assertThat(tree).containsExactly("end");
        assertThat(diagnostics.inOrder().stream().map(d -> d.severity().label()).distinct())
                .isEqualTo(result == null ? List.of() : List.of(result));
    }

    @Test
    void aMissingFileADirectoryAndALargeFileAreNamed() throws IOException {
        read(folder.resolve("none.conf"));
        read(folder);
        read(write("large.conf", "x\n".repeat(100)), new Limits(100, 10, 4, 8, 100, 100, 10, 4));

        assertThat(messages())
                .containsExactlyInAnyOrder(
                        "none.conf: error: cannot be read: no such file",
                        folder + ": error: is a directory, not a file; name the file inside it",
                        "large.conf: error: is larger than 100 bytes; is this the right file?");
    }

    /** The kernel lets nobody read this file, not even root. */
    @Test
    void aFileWithoutPermissionIsNamed() {
        read(Path.of("/proc/sys/net/ipv4/route/flush"));

        assertThat(messages())
                .containsExactly(
                        "/proc/sys/net/ipv4/route/flush: error: cannot be read: permission denied; check owner and"
                                + " mode");
    }

    @Test
    void depthAndNumberOfFilesAreBounded() throws IOException {
        for (int i = 0; i < 20; i++) {
            write("f" + i + ".conf", "include f" + (i + 1) + ".conf");
        }
        read(folder.resolve("f0.conf"));
        assertThat(messages())
                .containsExactly("f15.conf:1:1: error: includes are nested more than 16 deep");

        write("empty.inc", "");
        read(write("many.conf", "include empty.inc\n".repeat(1200)));
        assertThat(messages()).hasSize(2);
        assertThat(messages().getLast())
                .isEqualTo(
                        "many.conf:1000:1: error: more than 1000 files are included; reading stops");
    }

    @Test
    void bytesThatAreNotUtf8AreReadAsFarAsPossible() throws IOException {
        Path file = folder.resolve("latin.conf");
        Files.write(file, new byte[] {'a', ' ', (byte) 0xe4, '\n', '#', (byte) 0xff, '\n', 'b'});

        assertThat(read(file)).containsExactly("a \\ufffd", "b");
    }
}
