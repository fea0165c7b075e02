package io.logagg.telemetry;

import io.logagg.telemetry.Health.Check;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the checks come to, as it is answered.
 *
 * @param ready whether any role of this process can do its work
 */
public record HealthReport(Map<String, Check> checks, boolean ready) {
  public int httpStatus() {
    return ready ? 200 : 503;
  }

  /** The same for strangers: what is down, and not why, which may name servers and accounts. */
  public HealthReport withoutDetails() {
    Map<String, Check> bare = new LinkedHashMap<>();
    checks.forEach((name, check) -> bare.put(name, new Check(check.up(), null)));
    return new HealthReport(bare, ready);
  }

  /** What goes out as JSON. */
  public Map<String, Object> body() {
    boolean allUp = checks.values().stream().allMatch(Check::up);
    Map<String, Object> shown = new LinkedHashMap<>();
    checks.forEach((name, check) -> shown.put(name, shown(check)));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", allUp ? "up" : ready ? "degraded" : "down");
    body.put("checks", shown);
    return body;
  }

  private static Map<String, Object> shown(Check check) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("status", check.up() ? "up" : "down");
    if (check.problem() != null) {
      shown.put("detail", check.problem());
    }
    return shown;
  }
}
