package lb.director;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/** The rules of import of lb-director. */
class ArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("lb.director");

    @Test
    void theCommandLineSeesOnlyTheControlProtocol() {
        assertThat(CLASSES.contain("lb.director.cli.CliCommands")).isTrue();
        seesOfOursOnly("lb.director.cli..", "lb.director.control..");
    }

    @Test
    void theControlProtocolSeesOnlyTheCore() {
        assertThat(CLASSES.contain("lb.director.control.ControlServer")).isTrue();
        seesOfOursOnly("lb.director.control..", "lb.core..");
    }

    @Test
    void theOverridesSeeOnlyTheCoreAndTheControlProtocol() {
        assertThat(CLASSES.contain("lb.director.overrides.Overrides")).isTrue();
        seesOfOursOnly("lb.director.overrides..", "lb.core..", "lb.director.control..");
    }

    @Test
    void theConfigurationSeesNothingOfTheCore() {
        assertThat(
                        CLASSES.stream()
                                .anyMatch(
                                        JavaClass.Predicates.resideInAPackage(
                                                "lb.director.config..")))
                .isTrue();
        seesOfOursOnly("lb.director.config..");
    }

    @Test
    void nothingButMainSeesTheCommandLine() {
        noClasses()
                .that(
                        JavaClass.Predicates.resideInAPackage("lb.director..")
                                .and(
                                        DescribedPredicate.not(
                                                JavaClass.Predicates.resideInAnyPackage(
                                                        "lb.director", "lb.director.cli.."))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("lb.director.cli..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        SlicesRuleDefinition.slices()
                .matching("lb.director.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    private static void seesOfOursOnly(String from, String... to) {
        noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat(
                        JavaClass.Predicates.resideInAPackage("lb..")
                                .and(
                                        DescribedPredicate.not(
                                                JavaClass.Predicates.resideInAPackage(from)))
                                .and(
                                        DescribedPredicate.not(
                                                JavaClass.Predicates.resideInAnyPackage(to))))
                .check(CLASSES);
    }
}
