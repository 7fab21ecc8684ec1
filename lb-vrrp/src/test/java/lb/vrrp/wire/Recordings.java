package lb.vrrp.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The recorded frames under src/test/resources/vrrp, see ORIGIN.md there. */
public final class Recordings {
    private Recordings() {}

    /** The single frames of vectors.json by name. */
    public static Map<String, byte[]> vectors() {
        try (InputStream in = open("vectors.json")) {
            Map<String, byte[]> frames = new LinkedHashMap<>();
            for (JsonNode vector : new ObjectMapper().readTree(in)) {
                frames.put(
                        vector.get("name").asText(),
                        HexFormat.of().parseHex(vector.get("frame").asText()));
            }
            return frames;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] vector(String name) {
        byte[] frame = vectors().get(name);
        if (frame == null) {
            throw new IllegalArgumentException("no vector " + name);
        }
        return frame;
    }

    /** The frames of a classic little-endian pcap file with Ethernet link type. */
    static List<byte[]> capture(String name) {
        try (InputStream in = open(name + ".pcap")) {
            ByteBuffer file = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            if (file.getInt(0) != 0xa1b2_c3d4 || file.getInt(20) != 1) {
                throw new IOException(name + ": not a little-endian Ethernet pcap");
            }
            List<byte[]> frames = new ArrayList<>();
            file.position(24);
            while (file.hasRemaining()) {
                byte[] frame = new byte[file.getInt(file.position() + 8)];
                file.position(file.position() + 16);
                file.get(frame);
                frames.add(frame);
            }
            return frames;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of all captures, without ".pcap". */
    static List<String> captureNames() {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/vrrp"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".pcap"))
                    .map(name -> name.substring(0, name.length() - ".pcap".length()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String name) throws IOException {
        InputStream in = Recordings.class.getResourceAsStream("/vrrp/" + name);
        if (in == null) {
            throw new IOException("no recording " + name);
        }
        return in;
    }
}
