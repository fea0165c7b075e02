package io.logagg;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** Keeps the table of the packages below http in docs/ARCHITECTURE.md. */
@AnalyzeClasses(packages = "io.logagg", importOptions = ImportOption.DoNotIncludeTests.class)
final class HttpArchitectureTest {
  private static final String HTTP = "io.logagg.http";
  private static final List<String> SHARED =
      List.of("edge", "request", "routing", "reply", "inflate");

  @ArchTest
  static final ArchRule httpIsForTheRoot =
      classes()
          .that()
          .resideInAPackage("io.logagg.http")
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAnyPackage("io.logagg", "io.logagg.http")
          .because(
              "http puts the role together; what routes share is in routing, reply and request");

  @ArchTest
  static final ArchRule layersOfHttp =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("http")
          .definedBy("io.logagg.http")
          .layer("groups")
          .definedBy(describe("are in a package of routes", HttpArchitectureTest::isInRouteGroups))
          .layer("edge")
          .definedBy("io.logagg.http.edge..")
          .layer("request")
          .definedBy("io.logagg.http.request..")
          .layer("routing")
          .definedBy("io.logagg.http.routing..")
          .layer("reply")
          .definedBy("io.logagg.http.reply..")
          .layer("inflate")
          .definedBy("io.logagg.http.inflate..")
          .whereLayer("reply")
          .mayNotAccessAnyLayer()
          .whereLayer("inflate")
          .mayNotAccessAnyLayer()
          .whereLayer("routing")
          .mayOnlyAccessLayers("reply")
          .whereLayer("edge")
          .mayOnlyAccessLayers("reply")
          .whereLayer("request")
          .mayOnlyAccessLayers("routing", "reply", "inflate")
          .whereLayer("groups")
          .mayOnlyAccessLayers("edge", "request", "routing", "reply", "inflate")
          .because("what all routes share knows none of them; hand it what it needs");

  @ArchTest
  static final ArchRule routesKnowNoOthers =
      slices()
          .matching("io.logagg.http.(*)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(isIn("agents"), isIn("ingest"))
          .ignoreDependency(
              alwaysTrue(), describe("are in no package of routes", type -> !isInRouteGroups(type)))
          .because(
              "a group of routes is read, changed and removed by itself (agents' records all go"
                  + " through ingest); move what two need into routing, reply or request");

  /** A package below http has routes unless it is one of those that all of them share. */
  private static boolean isInRouteGroups(JavaClass type) {
    return type.getPackageName().startsWith(HTTP + ".")
        && SHARED.stream().noneMatch(shared -> isIn(shared).test(type));
  }

  private static DescribedPredicate<JavaClass> isIn(String packageOfHttp) {
    return resideInAPackage(HTTP + "." + packageOfHttp + "..");
  }
}
