package lb.director.replay;

import java.io.IOException;
import java.nio.file.Files;

/**
 * Writes in.pcap of every case from its in.txt, and out.pcap and explain.txt as lb has them now. No
 * test: run it by hand in lb-director after a wanted change, and read what {@code git diff} says
 * before it is committed.
 */
final class WriteGoldenCases {
    private WriteGoldenCases() {}

    public static void main(String[] arguments) throws IOException {
        for (GoldenCase one : GoldenCase.all()) {
            Files.write(
                    one.file("in.pcap"), CaptureText.pcap(Files.readString(one.file("in.txt"))));
            GoldenCase.Outcome outcome = one.play(one.file("out.pcap"));
            Files.writeString(one.file("explain.txt"), outcome.output());
            System.out.println(one + ": exit code " + outcome.exitCode() + " " + outcome.errors());
        }
    }
}
