package io.logagg.http.reply;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logagg.protocol.Decoded;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error as it is answered: {@code application/problem+json} (RFC 9457).
 *
 * @param detail what is wrong and what would be right
 * @param errors the fields at fault, if it is about fields
 * @param retryAfterSeconds for when it makes sense to try again, null otherwise
 * @param limit what keeps it from being served now; only for the metrics
 * @param extra more members
 */
public record Problem(
    int status,
    String detail,
    List<FieldError> errors,
    @Nullable Integer retryAfterSeconds,
    Limit limit,
    Map<String, Object> extra) {

  /** A field or parameter, and what is wrong with it. */
  public record FieldError(String field, String message) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  public Problem {
    errors = List.copyOf(errors);
    extra = Map.copyOf(extra);
  }

  /** Of several fields or parameters. */
  public static Problem ofFields(int status, String detail, List<FieldError> errors) {
    return new Problem(status, detail, errors, null, Limit.OTHER, Map.of());
  }

  /** Without more than the status and a sentence. */
  public static Problem of(int status, String detail) {
    return ofFields(status, detail, List.of());
  }

  /** Of one field or parameter. */
  public static Problem ofField(int status, String field, String message) {
    return ofFields(status, field + ": " + message, List.of(new FieldError(field, message)));
  }

  /** Of a field that names an app that the caller's key is not for: alike whether there is one. */
  public static Problem appNotAllowed(String field) {
    return ofField(403, field, Decoded.NOT_ALLOWED);
  }

  /** It may work later. */
  public static Problem retryLater(int status, String detail, int retryAfterSeconds) {
    return new Problem(status, detail, List.of(), retryAfterSeconds, Limit.OTHER, Map.of());
  }

  /** The same at a limit. */
  public Problem at(Limit met) {
    return new Problem(status, detail, errors, retryAfterSeconds, met, extra);
  }

  /** The same with one more member. */
  public Problem with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(extra);
    more.put(name, value);
    return new Problem(status, detail, errors, retryAfterSeconds, limit, more);
  }

  /** To be thrown, or to fail a future with; {@link Problems#fail} answers with it. */
  public ProblemException toException() {
    return new ProblemException(this);
  }

  /** As it goes out. */
  public String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("type", "about:blank");
    json.put("title", HttpResponseStatus.valueOf(status).reasonPhrase());
    json.put("status", status);
    json.put("detail", detail);
    if (!errors.isEmpty()) {
      json.set("errors", JSON.valueToTree(errors));
    }
    extra.forEach((name, value) -> json.set(name, JSON.valueToTree(value)));
    return json.toString();
  }
}
