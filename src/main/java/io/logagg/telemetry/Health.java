package io.logagg.telemetry;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The checks of this process, each by its name. Thread-safe once all are added. */
public final class Health {
  private static final long LIMIT_MS = 2000;

  private final HealthChecks checks;
  private final Predicate<Map<String, Check>> anyRoleWorks;

  /**
   * Without any checks yet.
   *
   * @param anyRoleWorks whether, with these checks, any role of this process can do its work
   */
  public Health(Vertx vertx, Predicate<Map<String, Check>> anyRoleWorks) {
    this.checks = HealthChecks.create(vertx);
    this.anyRoleWorks = anyRoleWorks;
  }

  /** How a check went: null as the problem means that all is well. */
  public record Check(boolean up, @Nullable String problem) {}

  /**
   * Adds a check.
   *
   * @param probe succeeds if all is well, and fails with what is wrong
   */
  public void add(String name, Supplier<Future<Void>> probe) {
    checks.register(
        name,
        LIMIT_MS,
        promise ->
            probe
                .get()
                .onComplete(
                    result -> {
                      if (result.succeeded()) {
                        promise.tryComplete(Status.OK());
                      } else {
                        promise.tryFail(result.cause());
                      }
                    }));
  }

  /** Whether the check of that name is there, and went well. */
  public static boolean isUp(Map<String, Check> checks, String name) {
    Check check = checks.get(name);
    return check != null && check.up();
  }

  /** Runs all checks, and says what they come to. */
  public Future<HealthReport> report() {
    return run().map(checks -> new HealthReport(checks, anyRoleWorks.test(checks)));
  }

  /** Runs all checks; each has a time limit, so this always succeeds. */
  public Future<Map<String, Check>> run() {
    return checks.checkStatus().map(Health::byName);
  }

  private static Map<String, Check> byName(CheckResult all) {
    Map<String, Check> byName = new LinkedHashMap<>();
    for (CheckResult check : all.getChecks()) {
      Throwable failure = check.getFailure();
      String problem = failure == null ? null : String.valueOf(failure.getMessage());
      byName.put(check.getId(), new Check(Boolean.TRUE.equals(check.getUp()), problem));
    }
    return byName;
  }
}
