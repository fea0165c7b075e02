package io.logagg.telemetry.trace;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads {@code OTEL_EXPORTER_OTLP_HEADERS}: pairs such as {@code api-key=abc,tenant=a%20b}, with
 * values in percent-encoding (OpenTelemetry, "OTLP Exporter Configuration").
 */
public final class OtlpHeaders {
  public static final String VARIABLE = "OTEL_EXPORTER_OTLP_HEADERS";

  private OtlpHeaders() {}

  /**
   * The headers by name.
   *
   * @throws IllegalArgumentException if it cannot be read; the message holds nothing of it
   */
  public static Map<String, String> parse(String text) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String pair : text.split(",", -1)) {
      if (pair.isBlank()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = equals < 0 ? "" : pair.substring(0, equals).strip();
      if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
        throw bad();
      }
      headers.put(name, decoded(pair.substring(equals + 1).strip()));
    }
    return headers;
  }

  private static String decoded(String value) {
    String text;
    try {
      // A plus is itself here, unlike in forms.
      text = URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw bad();
    }
    if (text.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw bad();
    }
    return text;
  }

  private static IllegalArgumentException bad() {
    return new IllegalArgumentException(
        VARIABLE
            + " must be pairs such as name=value, separated by commas, values percent-encoded");
  }
}
