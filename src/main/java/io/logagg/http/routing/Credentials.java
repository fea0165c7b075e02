package io.logagg.http.routing;

import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The API key of a request, whichever way its agent carries one: {@code Authorization} as Bearer
 * (RFC 6750), Basic with the key as the password (RFC 7617), ApiKey (Elasticsearch, base64 of
 * {@code id:key} or the key itself) or Splunk, or a header of its own.
 */
final class Credentials {
  private static final List<String> HEADERS = List.of("X-API-Key", "DD-API-KEY", "X-Seq-ApiKey");

  private Credentials() {}

  /**
   * The keys that a request presents: none, one, or several that differ.
   *
   * @return a key that cannot be read is there as an empty text
   */
  static Set<String> of(MultiMap headers) {
    Set<String> keys = new HashSet<>();
    headers.getAll("Authorization").forEach(value -> keys.add(fromAuthorization(value)));
    for (String header : HEADERS) {
      headers.getAll(header).forEach(value -> keys.add(value.strip()));
    }
    return keys;
  }

  private static String fromAuthorization(String header) {
    String value = header.strip();
    int space = value.indexOf(' ');
    String scheme = space < 0 ? "" : value.substring(0, space).toLowerCase(Locale.ROOT);
    String rest = value.substring(space + 1).strip();
    return switch (scheme) {
      case "bearer", "splunk" -> rest;
      case "basic" -> orEmpty(afterColon(rest));
      case "apikey" -> {
        // A key of ours is no base64, which has no underscore.
        String decoded = rest.indexOf('_') < 0 ? afterColon(rest) : null;
        yield decoded == null ? rest : decoded;
      }
      default -> "";
    };
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** The part behind the first colon of a text in base64; null if it is none. */
  private static @Nullable String afterColon(String base64) {
    try {
      String text = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      return colon < 0 ? null : text.substring(colon + 1);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
