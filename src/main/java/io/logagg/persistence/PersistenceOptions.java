package io.logagg.persistence;

import io.logagg.postgres.Database;
import io.logagg.protocol.RecordRules;
import io.logagg.record.TimeWindow;
import io.logagg.telemetry.Metrics;
import java.time.InstantSource;
import java.util.List;

/**
 * What a writer needs.
 *
 * @param pipelining batches under way at once on the writer's connection
 * @param window which times replayed records may have
 * @param rules what is done with every record
 * @param indexedFields fields of {@code metadata_} that are to have filters
 * @param maxDeadLetters how many dead letters are kept
 * @param maxDeadLetterBytes how many bytes of payload they may have in all
 * @param retention how much is kept of the records
 * @param sealing when records are sealed
 */
public record PersistenceOptions(
    Database database,
    int pipelining,
    TimeWindow window,
    RecordRules rules,
    List<String> indexedFields,
    long maxDeadLetters,
    long maxDeadLetterBytes,
    RetentionLimits retention,
    SealingTimes sealing,
    Metrics metrics,
    InstantSource clock) {}
