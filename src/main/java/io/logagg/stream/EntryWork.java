package io.logagg.stream;

import io.vertx.core.Future;
import java.util.List;

/**
 * What a {@link GroupConsumer} does with entries. Everything runs on the consumer's context.
 *
 * @param <T> what an entry is decoded to
 */
interface EntryWork<T> {
  /** Never fails: what cannot be read is a case of {@code T}. */
  T decode(RawEntry entry);

  /** How many records that is, at least 1. */
  int weight(T decoded);

  /**
   * Stores what was decoded. It is asked again until it succeeds, perhaps by several consumers at
   * once.
   */
  Future<Void> store(List<T> decoded);

  /** Takes the entries off the stream, now that they are stored. */
  Future<Void> settle(RedisLink link, List<String> ids);
}
