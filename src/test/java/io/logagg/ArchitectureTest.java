package io.logagg;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.logagg.config.BackendUrl;
import io.logagg.postgres.Abandonment;
import io.logagg.postgres.Database;
import io.logagg.postgres.PostgresSettings;
import io.logagg.postgres.SqlFailure;
import io.vertx.core.eventbus.EventBus;
import io.vertx.pgclient.PgException;

/** Keeps the table of packages in docs/ARCHITECTURE.md. */
@AnalyzeClasses(packages = "io.logagg", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule layers =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("root")
          .definedBy("io.logagg")
          .layer("record")
          .definedBy("io.logagg.record..")
          .layer("protocol")
          .definedBy("io.logagg.protocol..")
          .layer("filter")
          .definedBy("io.logagg.filter..")
          .layer("pattern")
          .definedBy("io.logagg.pattern..")
          .layer("block")
          .definedBy("io.logagg.block..")
          .layer("seal")
          .definedBy("io.logagg.seal..")
          .layer("bus")
          .definedBy("io.logagg.bus..")
          .layer("alert")
          .definedBy("io.logagg.alert..")
          .layer("alerting")
          .definedBy("io.logagg.alerting..")
          .layer("stream")
          .definedBy("io.logagg.stream..")
          .layer("postgres")
          .definedBy("io.logagg.postgres..")
          .layer("persistence")
          .definedBy("io.logagg.persistence..")
          .layer("query")
          .definedBy("io.logagg.query..")
          .layer("access")
          .definedBy("io.logagg.access..")
          .layer("http")
          .definedBy("io.logagg.http..")
          .layer("config")
          .definedBy("io.logagg.config..")
          .layer("retry")
          .definedBy("io.logagg.retry..")
          .layer("telemetry")
          .definedBy("io.logagg.telemetry..")
          .layer("ownlogs")
          .definedBy("io.logagg.ownlogs..")
          .layer("tls")
          .definedBy("io.logagg.tls..")
          .layer("listen")
          .definedBy("io.logagg.listen..")
          .layer("embedded")
          .definedBy("io.logagg.embedded..")
          .whereLayer("root")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("record")
          .mayNotAccessAnyLayer()
          .whereLayer("pattern")
          .mayNotAccessAnyLayer()
          .whereLayer("block")
          .mayNotAccessAnyLayer()
          .whereLayer("seal")
          .mayOnlyAccessLayers("record", "filter", "block")
          .whereLayer("config")
          .mayNotAccessAnyLayer()
          .whereLayer("retry")
          .mayNotAccessAnyLayer()
          .whereLayer("telemetry")
          .mayNotAccessAnyLayer()
          .whereLayer("embedded")
          .mayOnlyAccessLayers("config", "retry")
          .whereLayer("protocol")
          .mayOnlyAccessLayers("record")
          .whereLayer("filter")
          .mayOnlyAccessLayers("record")
          .whereLayer("bus")
          .mayOnlyAccessLayers("record")
          .whereLayer("alert")
          .mayOnlyAccessLayers("record", "filter")
          .whereLayer("alerting")
          .mayOnlyAccessLayers(
              "record", "filter", "alert", "postgres", "persistence", "query", "telemetry")
          .whereLayer("postgres")
          .mayOnlyAccessLayers("config", "retry", "telemetry")
          .whereLayer("stream")
          .mayOnlyAccessLayers("record", "protocol", "bus", "config", "retry", "telemetry")
          .whereLayer("ownlogs")
          .mayOnlyAccessLayers("record", "bus", "stream", "config", "retry", "telemetry")
          .whereLayer("ownlogs")
          .mayOnlyBeAccessedByLayers("root")
          .whereLayer("tls")
          .mayOnlyAccessLayers("config", "telemetry")
          .whereLayer("listen")
          .mayOnlyAccessLayers(
              "record", "protocol", "bus", "stream", "tls", "config", "retry", "telemetry")
          .whereLayer("listen")
          .mayOnlyBeAccessedByLayers("root")
          .whereLayer("persistence")
          .mayOnlyAccessLayers(
              "record",
              "protocol",
              "filter",
              "block",
              "seal",
              "alert",
              "bus",
              "postgres",
              "config",
              "retry",
              "telemetry")
          .whereLayer("query")
          .mayOnlyAccessLayers(
              "record",
              "filter",
              "pattern",
              "block",
              "seal",
              "postgres",
              "config",
              "retry",
              "telemetry")
          .whereLayer("access")
          .mayOnlyAccessLayers("record", "postgres")
          .whereLayer("http")
          .mayOnlyAccessLayers(
              "record",
              "access",
              "protocol",
              "filter",
              "block",
              "alert",
              "alerting",
              "bus",
              "stream",
              "postgres",
              "persistence",
              "query",
              "tls",
              "config",
              "retry",
              "telemetry")
          .because(
              "a record passes the packages in one direction only; move what two of them need into"
                  + " record or bus, and let Main join the rest");

  @ArchTest
  static final ArchRule noCycles =
      slices()
          .matching("io.logagg.(*)..")
          .should()
          .beFreeOfCycles()
          .because("packages that need each other are one; split out what both need");

  @ArchTest
  static final ArchRule noCyclesOfSinglePackages =
      slices()
          .matching("io.logagg.(**)")
          .should()
          .beFreeOfCycles()
          .because(
              "a package and the one below it that need each other are one, too; what both need"
                  + " goes into a third");

  @ArchTest
  static final ArchRule httpAsksPostgresForNothing =
      noClasses()
          .that()
          .resideInAPackage("io.logagg.http..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.logagg.postgres..")
                  .and(
                      describe(
                          "are neither Database, its settings, SqlFailure, Abandonment nor an exception",
                          type ->
                              !type.isEquivalentTo(Database.class)
                                  && !type.isEquivalentTo(PostgresSettings.class)
                                  && !type.isEquivalentTo(SqlFailure.class)
                                  && !type.isEquivalentTo(Abandonment.class)
                                  && !type.isAssignableTo(Throwable.class))))
          .because("SQL belongs to query (reading) and persistence (writing); ask those");

  @ArchTest
  static final ArchRule httpKnowsOfBlocksOnlyThatTheyAreDamaged =
      noClasses()
          .that()
          .resideInAPackage("io.logagg.http..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.logagg.block..")
                  .and(
                      describe("are no exceptions", type -> !type.isAssignableTo(Throwable.class))))
          .because("where records are kept is nothing that a route may ask; ask query");

  @ArchTest
  static final ArchRule redisOnlyInStream =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.logagg.stream..", "io.logagg.embedded..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx.redis..")
          .because(
              "only stream knows what a lost answer means; use StreamAppender or add to RedisLink");

  @ArchTest
  static final ArchRule sqlOnlyWhereItBelongs =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.logagg.postgres..",
              "io.logagg.persistence..",
              "io.logagg.query..",
              "io.logagg.seal..",
              "io.logagg.access..")
          .and()
          // Reads a URL as the client will, to refuse a bad one at the start.
          .doNotBelongToAnyOf(BackendUrl.class)
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.vertx.pgclient..")
                  .or(resideInAPackage("io.vertx.sqlclient.."))
                  .and(
                      describe(
                          "are not PgException", type -> !type.isEquivalentTo(PgException.class))))
          .because(
              "all SQL is in persistence (writing), query (reading), seal (what both know of blocks) and access (keys); add a method there");

  @ArchTest
  static final ArchRule webOnlyInHttp =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.logagg.http..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx.ext.web..")
          .because("nothing behind HTTP may know of it; hand over records and plain values");

  @ArchTest
  static final ArchRule eventBusOnlyInBus =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.logagg.bus..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(EventBus.class)
          .because(
              "the raw event bus swallows exceptions and need not answer; use Bus.ask and serve");

  @ArchTest
  static final ArchRule timeAndChanceAreInjected =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.logagg",
              "io.logagg.embedded..",
              "io.logagg.bench..",
              "io.logagg.command..",
              "io.logagg.cli",
              "io.logagg.keys..")
          .should()
          .accessTargetWhere(readsClockOrChance())
          .because(
              "a test must be able to hold time and chance still; take an InstantSource or a"
                  + " RandomGenerator as a parameter (System.nanoTime is for durations)");

  @ArchTest
  static final ArchRule commandsAreClientsAndQuickToLoad =
      noClasses()
          .that()
          .resideInAPackage("io.logagg.cli..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.vertx..")
                  .or(resideInAPackage("org.slf4j.."))
                  .or(
                      resideInAPackage("io.logagg..")
                          .and(
                              describe(
                                  "are none of cli, record, protocol and retry",
                                  type ->
                                      !type.getPackageName()
                                          .matches(
                                              "io\\.logagg\\.(cli|record|protocol|retry)(\\..*)?")))))
          .because(
              "who asks a server at a terminal waits for what is loaded; what a server has stays"
                  + " behind its API");

  @ArchTest
  static final ArchRule wallClockIsInjected =
      noClasses()
          .that()
          .resideInAPackage("io.logagg.embedded..")
          .should()
          .accessTargetWhere(readsClock())
          .because("a test must be able to hold time still; take an InstantSource as a parameter");

  @ArchTest
  static final ArchRule namesSayWhatThingsAre =
      noClasses()
          .should()
          .haveNameMatching(".*(Util|Utils|Manager|Helper|Helpers|Constants)")
          .because("such a name invites whatever is at hand; name the class after what it does");

  @ArchTest
  static final ArchRule classesAreFinal =
      classes()
          .that(areOrdinaryClasses())
          .should()
          .haveModifier(JavaModifier.FINAL)
          .because("nothing here is made to be extended; use an interface or compose");

  private static DescribedPredicate<JavaClass> areOrdinaryClasses() {
    return describe(
        "are ordinary classes",
        type ->
            !type.isInterface()
                && !type.isRecord()
                && !type.isEnum()
                && !type.isAnonymousClass()
                && !type.getModifiers().contains(JavaModifier.SYNTHETIC));
  }

  private static DescribedPredicate<JavaAccess<?>> readsClock() {
    return describe(
        "reads the wall clock",
        access -> {
          String name = access.getTarget().getName();
          return switch (access.getTargetOwner().getName()) {
            case "java.lang.System" -> name.equals("currentTimeMillis");
            case "java.util.Date" -> name.equals("<init>") && takesNothing(access);
            case "java.time.InstantSource", "java.time.Clock" -> name.startsWith("system");
            default ->
                access.getTargetOwner().getPackageName().equals("java.time")
                    && name.equals("now")
                    && takesNothing(access);
          };
        });
  }

  private static DescribedPredicate<JavaAccess<?>> readsClockOrChance() {
    DescribedPredicate<JavaAccess<?>> chance =
        describe(
            "draws a random number",
            access -> {
              String name = access.getTarget().getName();
              return switch (access.getTargetOwner().getName()) {
                case "java.util.Random",
                    "java.security.SecureRandom",
                    "java.util.SplittableRandom" ->
                    name.equals("<init>");
                case "java.util.concurrent.ThreadLocalRandom" -> name.equals("current");
                case "java.util.random.RandomGenerator" ->
                    name.equals("of") || name.equals("getDefault");
                case "java.lang.Math" -> name.equals("random");
                case "java.util.UUID" -> name.equals("randomUUID");
                default -> false;
              };
            });
    return readsClock().or(chance).as("reads the wall clock or draws a random number");
  }

  private static boolean takesNothing(JavaAccess<?> access) {
    return access.getTarget().getFullName().endsWith("()");
  }
}
