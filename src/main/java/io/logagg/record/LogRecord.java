package io.logagg.record;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One validated and stamped log record, ready to be stored as it is. Every text in it is storable
 * in PostgreSQL, see {@link Text#storable}.
 *
 * @param id the server's id, see {@link RecordIds}
 * @param timestampMicros the record's own time, in microseconds since the Unix epoch
 * @param receivedAtMicros when the first role took it, in microseconds since the Unix epoch
 * @param level folded, see {@link Level#fold}
 * @param metadata a JSON object as text
 * @param sourceId the producer's own id
 * @param dedupeKey what makes it a repeat of another record, see {@link DedupeKeys}; null for never
 */
public record LogRecord(
    UUID id,
    long timestampMicros,
    long receivedAtMicros,
    String level,
    String app,
    @Nullable String service,
    String message,
    String metadata,
    @Nullable String sourceId,
    @Nullable UUID dedupeKey) {}
