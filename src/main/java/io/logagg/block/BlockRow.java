package io.logagg.block;

/**
 * A record as the table of rows has it.
 *
 * @param timestampMicros the record's own time, in microseconds since the Unix epoch
 * @param seq with the time, its id; see {@link io.logagg.record.RecordIds}
 * @param receivedAtMicros in microseconds since the Unix epoch
 * @param level folded
 * @param service empty if there is none
 * @param metadata a JSON object as text
 * @param sourceId the producer's own id; empty if there is none
 */
public record BlockRow(
    long timestampMicros,
    long seq,
    long receivedAtMicros,
    int appId,
    String level,
    String service,
    String message,
    String metadata,
    String sourceId) {}
