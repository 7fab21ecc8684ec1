package lb.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import lb.core.director.Director;
import org.junit.jupiter.api.Test;

/** A package imports only what stands above it in the order in which a frame meets them. */
class ImportOrderTest {
    private static final List<String> ORDER =
            List.of(
                    "linux",
                    "wire",
                    "channel",
                    "service",
                    "scheduler",
                    "connection",
                    "fragment",
                    "forward",
                    "director");
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .importUrl(Director.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void noPackageImportsOneBelowIt() {
        for (int i = 0; i < ORDER.size() - 1; i++) {
            String[] below =
                    ORDER.subList(i + 1, ORDER.size()).stream()
                            .map(name -> "lb.core." + name + "..")
                            .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("lb.core." + ORDER.get(i) + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(below)
                    .check(CLASSES);
        }
    }

    @Test
    void everyPackageHasItsPlaceInTheOrder() {
        String[] all = ORDER.stream().map(name -> "lb.core." + name + "..").toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("lb.core..")
                .should()
                .resideOutsideOfPackages(all)
                .check(CLASSES);
    }

    @Test
    void wireImportsNothingOfOurs() {
        noClasses()
                .that()
                .resideInAPackage("lb.core.wire..")
                .should()
                .dependOnClassesThat(
                        com.tngtech.archunit.base.DescribedPredicate.describe(
                                "are ours, outside of wire",
                                type ->
                                        type.getPackageName().startsWith("lb.")
                                                && !type.getPackageName().equals("lb.core.wire")))
                .check(CLASSES);
    }

    @Test
    void onlyLinuxAndMemoryTouchForeignMemory() {
        noClasses()
                .that()
                .resideOutsideOfPackage("lb.core.linux..")
                .and()
                .haveNameNotMatching("lb\\.core\\.wire\\.Memory(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .check(CLASSES);
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        slices().matching("lb.core.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void nothingKnowsTheApplianceOrVrrp() {
        noClasses()
                .that()
                .resideInAPackage("lb.core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("lb.director..", "lb.vrrp..", "lb.bench..")
                .check(CLASSES);
    }
}
