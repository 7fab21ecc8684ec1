package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Plays recorded frames and compares what comes out with what a real kernel's IPVS sent, byte for
 * byte. {@code -Dipvs.frames=DIR} names another folder of recordings.
 */
class IpvsFramesTest {
    @TestFactory
    Stream<DynamicTest> everyRecordedFrameIsTreatedAsTheKernelDid() throws Exception {
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder())) {
            files = listed.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
        assertThat(files).as("recordings in " + folder()).isNotEmpty();
        return files.stream().flatMap(IpvsFramesTest::scenarios);
    }

    private static Path folder() throws URISyntaxException {
        String named = System.getProperty("ipvs.frames");
        return named != null
                ? Path.of(named)
                : Path.of(IpvsFramesTest.class.getResource("/ipvs-frames").toURI());
    }

    private static Stream<DynamicTest> scenarios(Path file) {
        try {
            JsonNode array = new ObjectMapper().readTree(file.toFile());
            return array.valueStream()
                    .map(scenario ->
                            DynamicTest.dynamicTest(
                                    file.getFileName() + " " + scenario.get("name").asText(),
                                    () -> new IpvsFrames(scenario).play()));
        } catch (IOException e) {
            throw new AssertionError("cannot read " + file, e);
        }
    }
}
