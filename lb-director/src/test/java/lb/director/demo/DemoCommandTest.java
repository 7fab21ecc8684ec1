package lb.director.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import lb.director.lab.DebianPackages;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DemoCommandTest {
    @Test
    void showsTheSevenStepsAndAThousandAnsweredRequests() {
        if (!Boolean.parseBoolean(System.getenv("CI"))) {
            assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
            assumeTrue(DebianPackages.missing().isEmpty(), "missing: " + DebianPackages.missing());
        }
        StringWriter output = new StringWriter();
        int exitCode =
                new CommandLine(new DemoCommand())
                        .setOut(new PrintWriter(output))
                        .setErr(new PrintWriter(output))
                        .execute("--requests", "1000");

        assertThat(exitCode).as(output.toString()).isZero();
        assertThat(output.toString()).contains("answered with 200   1000", "OK: seven steps seen");
    }
}
