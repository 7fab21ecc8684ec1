package lb.core.director;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Plays the recordings of a real kernel's IPVS as frames through the whole data path. {@code
 * -Dipvs.vectors=DIR} names another folder of recordings.
 */
class IpvsVectorsTest {
    @TestFactory
    Stream<DynamicTest> everyRecordingComesOutAsTheKernelDidIt() throws Exception {
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder())) {
            files = listed.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
        assertThat(files).as("recordings in " + folder()).isNotEmpty();
        return files.stream().flatMap(IpvsVectorsTest::scenarios);
    }

    private static Path folder() throws URISyntaxException {
        String named = System.getProperty("ipvs.vectors");
        if (named != null) {
            return Path.of(named);
        }
        URL copy = IpvsVectorsTest.class.getResource("/ipvs");
        return Path.of(copy.toURI());
    }

    private static Stream<DynamicTest> scenarios(Path file) {
        try {
            JsonNode array = new ObjectMapper().readTree(file.toFile());
            return Stream.iterate(0, i -> i < array.size(), i -> i + 1)
                    .map(i ->
                            DynamicTest.dynamicTest(
                                    file.getFileName() + " " + array.get(i).get("name").asText(),
                                    () -> new IpvsScenario(array.get(i)).play()));
        } catch (IOException e) {
            throw new AssertionError("cannot read " + file, e);
        }
    }
}
