package io.xy.gateway.cluster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;

/** Who may know whom, and where foreign libraries may appear. */
@ArchTag("C1")
@ArchTag("C3")
@ArchTag("C4")
@AnalyzeClasses(packages = "io.xy.gateway", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] MODULES = {
        "httpapi", "wsfanout", "zmqbridge", "natsbridge", "health", "simulator", "cluster"
    };

    @ArchTest
    static final ArchRule verticlesDoNotKnowEachOther = SlicesRuleDefinition.slices()
            .matching("io.xy.gateway.(httpapi|wsfanout|zmqbridge|natsbridge|health|simulator)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule sharedKnowsNobody = noClasses()
            .that()
            .resideInAPackage("io.xy.gateway.shared..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(packages());

    @ArchTest
    static final ArchRule theBusHasOneDoor = noClasses()
            .that()
            .resideOutsideOfPackage("io.xy.gateway.shared.bus..")
            .should()
            .callMethod(Vertx.class, "eventBus")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(EventBus.class);

    @ArchTest
    static final ArchRule aVerticleIsFinalAndExtendsTheNewBase = classes()
            .that()
            .haveSimpleNameEndingWith("Verticle")
            .should()
            .haveModifier(JavaModifier.FINAL)
            .andShould()
            .beAssignableTo(VerticleBase.class);

    @ArchTest
    static final ArchRule jeromqStaysInTwoModules = library("org.zeromq..", "zmqbridge", "simulator");

    @ArchTest
    static final ArchRule jnatsStaysInOneModule = library("io.nats..", "natsbridge");

    @ArchTest
    static final ArchRule hazelcastStaysInOneModule = library("com.hazelcast..", "cluster");

    @ArchTest
    static final ArchRule theEnvironmentIsReadOnlyAtTheDoor = noClasses()
            .that()
            .doNotHaveSimpleName("GatewayMain")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class);

    @ArchTest
    static final ArchRule namesCarryMeaning = noClasses()
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

    @ArchTest
    static final ArchRule verticlesAreNotSynchronized = methods()
            .that()
            .areDeclaredInClassesThat(JavaClass.Predicates.simpleNameEndingWith("Verticle"))
            .should()
            .notHaveModifier(JavaModifier.SYNCHRONIZED);

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
