package io.logagg.http.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.access.ApiKey.Draft;
import io.logagg.access.KeyLimits;
import io.logagg.access.KeyRules;
import io.logagg.access.Scope;
import io.logagg.http.request.JsonBody;
import io.logagg.record.AppAccess;
import io.logagg.record.Timestamps;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a body says of a key, held against the rules. */
final class KeyBody {
  private static final Set<String> FIELDS =
      Set.of("name", "scopes", "apps", "expires_at", "records_per_second", "bytes_per_second");
  private static final Draft BLANK = new Draft("", Set.of(), AppAccess.ALL, null, KeyLimits.NONE);
  private static final int MAX_TIME_CHARS = 64;

  private final JsonBody body;
  private final long nowMicros;

  private KeyBody(JsonBody body, long nowMicros) {
    this.body = body;
    this.nowMicros = nowMicros;
  }

  /**
   * Reads what a new key is to be.
   *
   * @throws ProblemException 400 if it is no JSON object, 422 with all that is wrong
   */
  static Draft draft(byte[] bytes, long nowMicros) {
    JsonBody body = JsonBody.of(bytes, FIELDS);
    for (String field : List.of("name", "scopes")) {
      if (!body.has(field)) {
        body.error(field, "must be given");
      }
    }
    return new KeyBody(body, nowMicros).change().apply(BLANK);
  }

  /** Reads what a key is to become: what is not named stays. Fails as {@link #draft}. */
  static UnaryOperator<Draft> change(byte[] bytes, long nowMicros) {
    return new KeyBody(JsonBody.of(bytes, FIELDS), nowMicros).change();
  }

  private UnaryOperator<Draft> change() {
    String name = name();
    Set<Scope> scopes = scopes();
    AppAccess apps = apps();
    Long expiresAt = expiresAt();
    Long records = body.positiveLong("records_per_second");
    Long bytes = body.positiveLong("bytes_per_second");
    body.check();
    return before ->
        new Draft(
            body.has("name") ? name : before.name(),
            body.has("scopes") ? scopes : before.scopes(),
            body.has("apps") ? apps : before.apps(),
            body.has("expires_at") ? expiresAt : before.expiresAtMicros(),
            new KeyLimits(
                body.has("records_per_second") ? records : before.limits().recordsPerSecond(),
                body.has("bytes_per_second") ? bytes : before.limits().bytesPerSecond()));
  }

  private String name() {
    return body.has("name") ? body.requiredText("name", KeyRules.MAX_NAME_CHARS) : "";
  }

  private Set<Scope> scopes() {
    List<String> codes = body.texts("scopes");
    if (body.has("scopes")) {
      error("scopes", KeyRules.scopes(codes));
    }
    return codes.stream().flatMap(code -> Scope.of(code).stream()).collect(Collectors.toSet());
  }

  /** An empty list may be a slip of whoever meant few; who means all says null. */
  private AppAccess apps() {
    List<String> names = body.texts("apps");
    JsonNode given = body.any("apps");
    boolean isEmpty = given != null && given.isArray() && given.isEmpty();
    error(
        "apps", isEmpty ? "must name at least one app, or be null for all" : KeyRules.apps(names));
    return AppAccess.of(names);
  }

  private @Nullable Long expiresAt() {
    String text = body.text("expires_at", MAX_TIME_CHARS);
    if (text == null) {
      return null;
    }
    OptionalLong time = Timestamps.parse(text);
    if (time.isEmpty()) {
      body.error("expires_at", "must be a time such as 2027-01-31T00:00:00Z, or null for never");
      return null;
    }
    error("expires_at", KeyRules.expiry(time.getAsLong(), nowMicros));
    return time.getAsLong();
  }

  private void error(String field, @Nullable String wrong) {
    if (wrong != null) {
      body.error(field, wrong);
    }
  }
}
