package io.logagg.http.ingest;

import io.logagg.access.Principal;
import io.logagg.record.Defaults;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about all of its records. Where it names no app, a key for just one names
 * that.
 *
 * @param sender whose key it came with
 * @param source which way they come, for dead letters
 * @param idempotencyKey makes a repeat of the request store nothing new; null for none
 * @param waitUntilStored whether the answer is to wait for the commit
 * @param strict whether bad records are only told, and do not become dead letters
 * @param maxErrors so many bad records are told
 */
record IngestRequest(
    Principal sender,
    Defaults defaults,
    String source,
    @Nullable String idempotencyKey,
    boolean waitUntilStored,
    boolean strict,
    int maxErrors) {
  IngestRequest {
    defaults = defaults.orApp(sender.apps().only());
  }

  /** The same with that app where nothing names one; null for none. */
  IngestRequest orApp(@Nullable String app) {
    return new IngestRequest(
        sender, defaults.orApp(app), source, idempotencyKey, waitUntilStored, strict, maxErrors);
  }
}
