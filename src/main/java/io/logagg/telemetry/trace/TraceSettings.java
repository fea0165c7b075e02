package io.logagg.telemetry.trace;

import java.util.Map;

/**
 * Where traces go, and which.
 *
 * @param endpoint the receiver's base URL; its path {@code /v1/traces} is added
 * @param sampleRatio how many of those that begin here are kept, from 0 to 1
 * @param headers sent with each export; may hold secrets
 * @param version of this program
 * @param instance names this process among others
 */
public record TraceSettings(
    String endpoint,
    double sampleRatio,
    Map<String, String> headers,
    String version,
    String instance) {

  /** The path of OTLP over HTTP (OTLP 1.x, "OTLP/HTTP Request"). */
  private static final String PATH = "/v1/traces";

  public TraceSettings {
    headers = Map.copyOf(headers);
  }

  String url() {
    String base = endpoint.endsWith("/") ? endpoint.substring(0, endpoint.length() - 1) : endpoint;
    return base.endsWith(PATH) ? base : base + PATH;
  }

  @Override
  public String toString() {
    return "TraceSettings[" + endpoint + ", " + sampleRatio + "]";
  }
}
