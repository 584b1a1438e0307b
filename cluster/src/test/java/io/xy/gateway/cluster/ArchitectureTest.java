package io.xy.gateway.cluster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may know whom, and where foreign libraries may appear. */
@Tag("C1")
@Tag("C3")
@Tag("C4")
class ArchitectureTest {
    /** Test classes are left out, wherever they come from: a folder, or the jar of the test kit. */
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(place -> !place.contains("test-classes") && !place.contains("-tests.jar"))
            .importPackages("io.xy.gateway");

    private static final String[] MODULES = {
        "httpapi", "wsfanout", "zmqbridge", "natsbridge", "health", "simulator", "cluster"
    };

    private static final ArchRule verticlesDoNotKnowEachOther = SlicesRuleDefinition.slices()
            .matching("io.xy.gateway.(httpapi|wsfanout|zmqbridge|natsbridge|health|simulator)..")
            .should()
            .notDependOnEachOther();

    private static final ArchRule sharedKnowsNobody = noClasses()
            .that()
            .resideInAPackage("io.xy.gateway.shared..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(packages());

    private static final ArchRule theBusHasOneDoor = noClasses()
            .that()
            .resideOutsideOfPackage("io.xy.gateway.shared.bus..")
            .should()
            .callMethod(Vertx.class, "eventBus")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(EventBus.class);

    private static final ArchRule aVerticleIsFinalAndExtendsTheNewBase = classes()
            .that()
            .haveSimpleNameEndingWith("Verticle")
            .should()
            .haveModifier(JavaModifier.FINAL)
            .andShould()
            .beAssignableTo(VerticleBase.class);

    private static final ArchRule jeromqStaysInTwoModules = library("org.zeromq..", "zmqbridge", "simulator");

    private static final ArchRule jnatsStaysInOneModule = library("io.nats..", "natsbridge");

    private static final ArchRule hazelcastStaysInOneModule = library("com.hazelcast..", "cluster");

    private static final ArchRule theEnvironmentIsReadOnlyAtTheDoor = noClasses()
            .that()
            .doNotHaveSimpleName("GatewayMain")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class);

    private static final ArchRule namesCarryMeaning = noClasses()
            .should()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameStartingWith("Abstract")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager");

    private static final ArchRule verticlesAreNotSynchronized = methods()
            .that()
            .areDeclaredInClassesThat(JavaClass.Predicates.simpleNameEndingWith("Verticle"))
            .should()
            .notHaveModifier(JavaModifier.SYNCHRONIZED);

    static Stream<Arguments> rules() {
        return Stream.of(
                Arguments.of("verticlesDoNotKnowEachOther", verticlesDoNotKnowEachOther),
                Arguments.of("sharedKnowsNobody", sharedKnowsNobody),
                Arguments.of("theBusHasOneDoor", theBusHasOneDoor),
                Arguments.of("aVerticleIsFinalAndExtendsTheNewBase", aVerticleIsFinalAndExtendsTheNewBase),
                Arguments.of("jeromqStaysInTwoModules", jeromqStaysInTwoModules),
                Arguments.of("jnatsStaysInOneModule", jnatsStaysInOneModule),
                Arguments.of("hazelcastStaysInOneModule", hazelcastStaysInOneModule),
                Arguments.of("theEnvironmentIsReadOnlyAtTheDoor", theEnvironmentIsReadOnlyAtTheDoor),
                Arguments.of("namesCarryMeaning", namesCarryMeaning),
                Arguments.of("verticlesAreNotSynchronized", verticlesAreNotSynchronized));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void theRuleHolds(String name, ArchRule rule) {
        rule.check(PRODUCT);
    }

    private static String[] packages() {
        String[] names = new String[MODULES.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = "io.xy.gateway." + MODULES[i] + "..";
        }
        return names;
    }

    private static ArchRule library(String library, String... modules) {
        String[] allowed = new String[modules.length];
        for (int i = 0; i < modules.length; i++) {
            allowed[i] = "io.xy.gateway." + modules[i] + "..";
        }
        return noClasses()
                .that()
                .resideOutsideOfPackages(allowed)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }
}
