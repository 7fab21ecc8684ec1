package lb.director.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import lb.director.config.syntax.Limits;
import lb.director.config.syntax.SyntaxOptions;
import org.junit.jupiter.api.Test;

/** Seeded damage to configurations that are whole: whatever comes of it, there is an answer. */
class MutatedConfigurationsTest {

    private static final Pattern PRINTABLE = Pattern.compile("[^\\x00-\\x1f\\x7f]{1,510}");
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final boolean LONG = Boolean.getBoolean("lb.long");
    private static final int ROUNDS = LONG ? 200_000 : 30_000;
    private static final String SPICE = "{}\"'\\#!$@~()\n\n\t .,:/-0127AZ_\u0000\u00e4\ud83d";
    private static final List<String> WORDS =
            List.of(
                    "${N}",
                    "$N ",
                    "$N=\\\n",
                    "$N=$N $N ",
                    "$N=${N}${N}",
                    "@main ",
                    "@^main ",
                    "~SEQ(N,1,9) ",
                    "~SEQx(N,0,-1,-99999999999) ",
                    "~LST({N,M},{1,2},{3,4}) ",
                    "include self.conf\n",
                    "includea {a,{b,c}}*[.conf\n",
                    "include /proc/self/nothing*\n",
                    "${_RANDOM 1 2}",
                    "${_ENV X}",
                    "virtual_server ",
                    "fwmark 3",
                    "group G",
                    "weight 99999999999999",
                    "2001:db8::1",
                    "::ffff:1.2.3.4",
                    "10.0.0.1-255",
                    "::/0");

    /**
     * Small limits, so that runaway growth shows in bounded time; the mechanism is the same as with
     * large ones.
     */
    private static final Options OPTIONS =
            Options.defaults(List.of("rr", "wlc", "mh"))
                    .withSyntax(
                            new SyntaxOptions(
                                    "main",
                                    Map.of("X", "y"),
                                    7,
                                    new Limits(1 << 16, 20, 4, 12, 2000, 5000, 100, 12)));

    @Test
    void everyMutatedConfigurationEndsInAModelOrInErrorsAndNeverThrows() throws IOException {
        List<String> seeds = seeds();
        long seed = Long.getLong("lb.seed", LONG ? System.nanoTime() : 20_261_122);
        Random random = new Random(seed);
        int models = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String text = mutated(seeds.get(random.nextInt(seeds.size())), random);
            models += answer(text, seed, round) ? 1 : 0;
        }
        assertThat(models).as("seed %d", seed).isBetween(ROUNDS / 50, ROUNDS - ROUNDS / 50);
    }

    @Test
    void everyRandomByteStringEndsInAnAnswer() {
        long seed = Long.getLong("lb.seed", LONG ? System.nanoTime() : 20_261_122);
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            answer(new String(bytes, StandardCharsets.UTF_8), seed, round);
        }
    }

    /** True if a model came out. */
    private static boolean answer(String text, long seed, int round) {
        long start = THREADS.getCurrentThreadCpuTime();
        ReadResult result;
        try {
            result = ConfigurationReader.read("self.conf", text, OPTIONS);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return fail("seed " + seed + ", round " + round + ":\n" + text, e);
        }
        boolean quick = THREADS.getCurrentThreadCpuTime() - start < 5_000_000_000L;
        boolean decided = (result.configuration() == null) == !result.errors().isEmpty();
        boolean readable =
                result.diagnostics().stream()
                        .allMatch(d ->
                                PRINTABLE.matcher(d.message()).matches()
                                        && !d.location().file().isEmpty());
        if (!quick || !decided || !readable) {
            fail(
                    "seed %d, round %d, quick %b, decided %b, readable %b:%n%s%n%s"
                            .formatted(
                                    seed,
                                    round,
                                    quick,
                                    decided,
                                    readable,
                                    text,
                                    result.diagnostics()));
        }
        return result.configuration() != null;
    }

    private static List<String> seeds() throws IOException {
        List<String> seeds = new ArrayList<>();
        seeds.add(Files.readString(Path.of("..", "config", "direct-routing.conf")));
        seeds.add(Files.readString(Path.of("..", "config", "director.conf")));
        seeds.add(
                """
                $R=\\
                real_server 10.0.0.${N} 80 { \\
                  weight ${N} \\
                }
                virtual_server_group G {
                  10.0.0.1-3 80
                  2001:db8::/126 80
                  fwmark 7
                }
                virtual_server 10.0.0.1 80 { protocol TCP
                  lvs_sched mh
                  lvs_method DR
                  ~SEQ(N,2,4) $R
                }
                lb { workers 2
                }
                """);
        return seeds;
    }

    private static String mutated(String text, Random random) {
        String result = text;
        int changes = random.nextInt(1, 6);
        for (int i = 0; i < changes; i++) {
            result = changed(result, random);
        }
        return result;
    }

    private static String changed(String text, Random random) {
        int at = random.nextInt(text.length() + 1);
        int end =
                Math.min(text.length(), at + 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 3));
        return switch (random.nextInt(6)) {
            case 0 -> text.substring(0, at) + text.substring(end);
            case 1 -> text.substring(0, end) + text.substring(at);
            case 2 ->
                    text.substring(0, at)
                            + SPICE.charAt(random.nextInt(SPICE.length()))
                            + text.substring(at);
            case 3 ->
                    text.substring(0, at)
                            + WORDS.get(random.nextInt(WORDS.size()))
                            + text.substring(at);
            case 4 -> tokensChanged(text, random);
            default -> text.substring(0, at) + (char) random.nextInt(256) + text.substring(end);
        };
    }

    /** Deletes, doubles or swaps whole words. */
    private static String tokensChanged(String text, Random random) {
        List<String> tokens = new ArrayList<>(Arrays.asList(text.split("(?<=\\s)", -1)));
        int from = random.nextInt(tokens.size());
        int to = random.nextInt(tokens.size());
        switch (random.nextInt(3)) {
            case 0 -> tokens.remove(from);
            case 1 -> tokens.add(to, tokens.get(from));
            default -> tokens.set(from, tokens.set(to, tokens.get(from)));
        }
        return String.join("", tokens);
    }

    @Test
    void theDamageIsRealAndTheUndamagedSeedsLoad() throws IOException {
        Options all = OPTIONS.withDone(EnumSet.allOf(Feature.class));
        for (String seed : seeds()) {
            assertThat(ConfigurationReader.read("self.conf", seed, all).errors()).isEmpty();
            assertThat(mutated(seed, new Random(1))).isNotEqualTo(seed);
        }
    }
}
