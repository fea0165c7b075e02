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
 */
record IngestRequest(
    Principal sender,
    Defaults defaults,
    String source,
    @Nullable String idempotencyKey,
    boolean waitUntilStored) {
  IngestRequest {
    defaults = defaults.orApp(sender.apps().only());
  }
}
