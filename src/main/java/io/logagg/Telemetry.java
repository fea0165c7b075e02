package io.logagg;

import io.logagg.config.Config;
import io.logagg.config.TelemetryConfig;
import io.logagg.ownlogs.OwnLogs;
import io.logagg.telemetry.Metrics;
import io.logagg.telemetry.trace.OtlpHeaders;
import io.logagg.telemetry.trace.TraceSettings;
import io.logagg.telemetry.trace.Traces;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this process tells of itself beside its metrics, as configured.
 *
 * @param ownLogs null if its log lines are not stored
 */
record Telemetry(Traces traces, @Nullable OwnLogs ownLogs) {

  /** Starts it; log lines wait from here on. */
  static Telemetry start(Config config, Map<String, String> environment, Metrics metrics) {
    TelemetryConfig telemetry = config.telemetry();
    String endpoint = telemetry.otlpEndpoint();
    String app = telemetry.ownLogsApp();
    if (endpoint == null && app == null) {
      return new Telemetry(Traces.OFF, null);
    }
    String instance = ProcessName.instance();
    OwnLogs ownLogs =
        app == null
            ? null
            : OwnLogs.attach(
                app, telemetry.ownLogsLevel(), ProcessName.role(config) + "/" + instance, metrics);
    Traces traces =
        endpoint == null
            ? Traces.OFF
            : Traces.open(
                new TraceSettings(
                    endpoint,
                    telemetry.traceSampleRatio(),
                    headers(environment),
                    ProcessName.version(),
                    instance),
                metrics);
    return new Telemetry(traces, ownLogs);
  }

  private static Map<String, String> headers(Map<String, String> environment) {
    try {
      return OtlpHeaders.parse(environment.getOrDefault(OtlpHeaders.VARIABLE, ""));
    } catch (IllegalArgumentException e) {
      throw new StartException(String.valueOf(e.getMessage()), null);
    }
  }
}
