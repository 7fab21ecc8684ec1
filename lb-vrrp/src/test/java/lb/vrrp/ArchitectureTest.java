package lb.vrrp;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/** The rules of import of lb-vrrp. */
class ArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("lb.vrrp");

    @Test
    void onlyWireAndLinuxOfTheCoreAreSeen() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        JavaClass.Predicates.resideInAPackage("lb..")
                                .and(
                                        DescribedPredicate.not(
                                                JavaClass.Predicates.resideInAnyPackage(
                                                        "lb.vrrp..",
                                                        "lb.core.wire",
                                                        "lb.core.linux"))))
                .check(CLASSES);
    }

    @Test
    void theCodecDoesNotKnowTheAutomaton() {
        noClasses()
                .that()
                .resideInAPackage("lb.vrrp.wire")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("lb.vrrp.automaton")
                .check(CLASSES);
    }

    @Test
    void theAutomatonKnowsNoSocketNoThreadAndNoClock() {
        noClasses()
                .that()
                .resideInAPackage("lb.vrrp.automaton")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.net..",
                        "java.io..",
                        "java.nio..",
                        "java.time..",
                        "java.util.concurrent..",
                        "io.netty..",
                        "lb.core.linux")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Thread.class, ThreadLocal.class)
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CLASSES);
    }

    /** Case 70: a wall clock that is set must not move an election. */
    @Test
    void nothingLooksAtTheWallClock() {
        noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(
                        java.time.Clock.class,
                        java.time.Instant.class,
                        java.time.LocalDateTime.class,
                        java.util.Date.class)
                .check(CLASSES);
    }

    @Test
    void neitherTouchesMemoryButThroughTheCore() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAnyPackage("lb.vrrp.wire", "lb.vrrp.automaton")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.lang.foreign..", "sun.misc..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        SlicesRuleDefinition.slices()
                .matching("lb.vrrp.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
