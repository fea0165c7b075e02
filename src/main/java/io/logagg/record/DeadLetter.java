package io.logagg.record;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something received that could not be stored, kept with its reason until somebody mends or removes
 * it.
 *
 * @param id stamped where it was refused, so that moving it twice stores it once
 * @param payload the bytes as received: text, or base64 where they are no UTF-8
 * @param base64 how {@code payload} is to be read
 * @param kind why, for programs
 * @param reason why, for people
 * @param source which way it came, such as {@code http:ndjson}
 * @param defaults what the request would have filled in; a replay uses it again
 * @param apps those that it can be told to belong to; only who may see all of them may see it.
 *     Empty if none can be told, as with more than {@link #MAX_APPS}
 * @param dedupeKey of its place in a request with an Idempotency-Key, whose repeat adds nothing
 */
public record DeadLetter(
    UUID id,
    String payload,
    boolean base64,
    RefusalKind kind,
    String reason,
    String source,
    Defaults defaults,
    long firstSeenMicros,
    Set<String> apps,
    @Nullable UUID dedupeKey) {
  /** It should not be much larger than its payload. */
  public static final int MAX_APPS = 100;

  public DeadLetter {
    apps = apps.size() > MAX_APPS ? Set.of() : Set.copyOf(apps);
  }

  /** One of no particular kind and of no known app, that no repeat is known of. */
  public DeadLetter(
      UUID id,
      String payload,
      boolean base64,
      String reason,
      String source,
      Defaults defaults,
      long firstSeenMicros) {
    this(
        id,
        payload,
        base64,
        RefusalKind.OTHER,
        reason,
        source,
        defaults,
        firstSeenMicros,
        Set.of(),
        null);
  }

  /** The same one, recognised by that key. */
  public DeadLetter withDedupeKey(@Nullable UUID key) {
    return new DeadLetter(
        id, payload, base64, kind, reason, source, defaults, firstSeenMicros, apps, key);
  }

  /** The same one, of these apps. */
  public DeadLetter withApps(Set<String> newApps) {
    return new DeadLetter(
        id, payload, base64, kind, reason, source, defaults, firstSeenMicros, newApps, dedupeKey);
  }

  /** The same one, refused for a reason of that kind. */
  public DeadLetter withKind(RefusalKind newKind) {
    return new DeadLetter(
        id, payload, base64, newKind, reason, source, defaults, firstSeenMicros, apps, dedupeKey);
  }

  /** The same one with these texts in place of its own. */
  public DeadLetter withTexts(String newPayload, String newReason) {
    return new DeadLetter(
        id, newPayload, false, kind, newReason, source, defaults, firstSeenMicros, apps, dedupeKey);
  }

  /** Makes one of the bytes {@code [from, to)}. */
  public static DeadLetter of(
      UUID id,
      byte[] bytes,
      int from,
      int to,
      String reason,
      String source,
      Defaults defaults,
      long firstSeenMicros) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes, from, to - from))
              .toString();
      return new DeadLetter(id, text, false, reason, source, defaults, firstSeenMicros);
    } catch (CharacterCodingException e) {
      ByteBuffer encoded = Base64.getEncoder().encode(ByteBuffer.wrap(bytes, from, to - from));
      String text = new String(encoded.array(), 0, encoded.limit(), StandardCharsets.ISO_8859_1);
      return new DeadLetter(id, text, true, reason, source, defaults, firstSeenMicros);
    }
  }

  /** The bytes as received. */
  public byte[] bytes() {
    return base64 ? Base64.getDecoder().decode(payload) : payload.getBytes(StandardCharsets.UTF_8);
  }
}
