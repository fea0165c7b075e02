package io.logagg.http.ingest;

import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.FramingException;
import io.logagg.record.DedupeKeys;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a body is the repeat of another, of the same sender by the same protocol, once
 * it is whole and before anything of it is taken. Belongs to the context of its request.
 */
final class RepeatedBody implements BodySplitter {
  private final BodySplitter target;
  private final RepeatedBodies memory;
  private final IngestIntake intake;
  private final MessageDigest digest = DedupeKeys.sha256();
  private final boolean isKeyed;
  private @Nullable Known known;

  private record Known(UUID hash, UUID key) {}

  RepeatedBody(
      BodySplitter target,
      RepeatedBodies memory,
      IngestRequest request,
      BodyFormat format,
      @Nullable String query,
      IngestIntake intake) {
    this.target = target;
    this.memory = memory;
    this.intake = intake;
    // Some protocols tell of their records in the URL.
    DedupeKeys.update(digest, "body", request.sender().id(), format.protocol());
    DedupeKeys.update(digest, query == null ? "" : query);
    DedupeKeys.update(digest, request.defaults().parts());
    digest.update(String.valueOf(request.strict()).getBytes(StandardCharsets.UTF_8));
    String key = request.idempotencyKey();
    this.isKeyed = key != null;
    if (key != null) {
      DedupeKeys.update(digest, "Idempotency-Key", key);
    }
  }

  @Override
  public void feed(byte[] bytes, int from, int to) throws FramingException {
    digest.update(bytes, from, to - from);
    target.feed(bytes, from, to);
  }

  @Override
  public int heldBytes() {
    return target.heldBytes();
  }

  @Override
  public boolean end() throws FramingException {
    return target.end();
  }

  /**
   * The body is whole: done once the intake knows what it repeats. One that does not tell when it
   * was made repeats nothing: the same may well happen twice.
   *
   * @return whether it is the repeat of another
   */
  Future<Boolean> recognise() {
    if (isKeyed) {
      // Its sender says which it is: there is nothing to look up.
      intake.repeatsForADay(DedupeKeys.first128Bits(digest));
      return Future.succeededFuture(false);
    }
    if (!target.isTimed()) {
      return Future.succeededFuture(false);
    }
    UUID hash = DedupeKeys.first128Bits(digest);
    return memory
        .firstTry(hash)
        .map(
            first -> {
              known = new Known(hash, first.key());
              intake.repeats(first.key());
              return first.isRepeat();
            });
  }

  /** Before the answer: whoever asks for the body later finds it where its records are. */
  Future<Void> settle(Backend backend) {
    Known found = known;
    return found == null || backend == Backend.REDIS
        ? Future.succeededFuture()
        : memory.alsoInPostgres(found.hash(), found.key());
  }
}
