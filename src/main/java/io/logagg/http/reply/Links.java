package io.logagg.http.reply;

import io.logagg.record.Timestamps;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The header {@code Link} (RFC 8288) to the next page. */
public final class Links {
  private Links() {}

  /** The same for pages that go on behind an id. */
  public static void next(
      RoutingContext ctx, UUID cursor, @Nullable Long sinceMicros, @Nullable Long untilMicros) {
    next(ctx, cursor.toString(), sinceMicros, untilMicros);
  }

  /**
   * Adds the link. Relative times are written out, since they would mean another window by the time
   * it is followed.
   */
  public static void next(
      RoutingContext ctx, String cursor, @Nullable Long sinceMicros, @Nullable Long untilMicros) {
    StringJoiner query = new StringJoiner("&");
    MultiMap params = ctx.queryParams();
    for (Map.Entry<String, String> param : params.entries()) {
      switch (param.getKey()) {
        case "cursor" -> {}
        case "since" ->
            add(
                query,
                "since",
                sinceMicros == null ? param.getValue() : Timestamps.format(sinceMicros));
        case "until" ->
            add(
                query,
                "until",
                untilMicros == null ? param.getValue() : Timestamps.format(untilMicros));
        default -> add(query, param.getKey(), param.getValue());
      }
    }
    add(query, "cursor", cursor);
    ctx.response().putHeader("Link", "<" + ctx.normalizedPath() + "?" + query + ">; rel=\"next\"");
  }

  private static void add(StringJoiner query, String name, String value) {
    query.add(encode(name) + "=" + encode(value));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
