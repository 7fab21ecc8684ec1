package lb.director.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A lab with one host and one process in a JVM of its own, to be ended in the ways that a JVM can
 * end.
 *
 * @param process the JVM
 * @param namespace the host's
 * @param directory the lab's
 * @param sleeper the process id of what runs in the host
 */
record LabRun(Process process, String namespace, Path directory, String sleeper) {
    /** Returns when the lab stands. */
    static LabRun start() throws IOException {
        Process process = new ProcessBuilder(java(LabRun.class)).redirectErrorStream(true).start();
        BufferedReader output = process.inputReader();
        return new LabRun(
                process, output.readLine(), Path.of(output.readLine()), output.readLine());
    }

    static List<String> java(Class<?> main, String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                java,
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    public static void main(String[] arguments) throws InterruptedException {
        Lab lab = Lab.open();
        Host host = lab.host("a");
        LabProcess sleeper = host.start("sleep", "sleep", "1000");
        System.out.println(host.namespace() + "\n" + lab.directory() + "\n" + sleeper.pid());
        sleeper.await();
    }
}
