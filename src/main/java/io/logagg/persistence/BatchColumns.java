package io.logagg.persistence;

import io.logagg.bus.WriteRequest;
import io.logagg.bus.WriteRequest.Delivery;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordIds;
import io.logagg.record.Timestamps;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** The records of a request, column by column, as parameters for {@link BatchSql}. */
final class BatchColumns {
  private static final long MINUTE_MICROS = 60_000_000;

  private final List<Delivery> deliveries;
  private final List<FieldExtractor> fields;
  private final long[] timesMicros;
  private final OffsetDateTime[] timestamps;
  private final Long[] seqs;
  private final OffsetDateTime[] receivedAt;
  private final Integer[] appIds;
  private final String[] levels;
  private final String[] services;
  private final String[] messages;
  private final String[] metadata;
  private final String[] sourceIds;
  private final Map<Integer, String> apps = new LinkedHashMap<>();
  private final Map<Count, Long> counts = new HashMap<>();
  private long lastReceivedAt = Long.MIN_VALUE;
  private OffsetDateTime lastReceivedAtUtc = OffsetDateTime.MIN;

  /** What a row of the rollups counts. */
  private record Count(long minuteMicros, int appId, String level, String service) {}

  BatchColumns(
      WriteRequest request, Function<LogRecord, AppRef> appOf, List<FieldExtractor> fields) {
    this.fields = fields;
    int size = request.size();
    deliveries = request.deliveries();
    timesMicros = new long[size];
    timestamps = new OffsetDateTime[size];
    seqs = new Long[size];
    receivedAt = new OffsetDateTime[size];
    appIds = new Integer[size];
    levels = new String[size];
    services = new String[size];
    messages = new String[size];
    metadata = new String[size];
    sourceIds = new String[size];
    int i = 0;
    for (Delivery delivery : deliveries) {
      for (LogRecord record : delivery.batch().records()) {
        set(i++, record, appOf.apply(record));
      }
    }
  }

  private void set(int i, LogRecord record, AppRef app) {
    String service = record.service() == null ? "" : record.service();
    timesMicros[i] = record.timestampMicros();
    timestamps[i] = Timestamps.utc(timesMicros[i]);
    seqs[i] = RecordIds.seq(record.id());
    receivedAt[i] = receivedAt(record.receivedAtMicros());
    appIds[i] = app.id();
    levels[i] = record.level();
    services[i] = service;
    messages[i] = record.message();
    metadata[i] = record.metadata();
    sourceIds[i] = record.sourceId() == null ? "" : record.sourceId();
    apps.put(appIds[i], app.name());
    long minute = Math.floorDiv(record.timestampMicros(), MINUTE_MICROS) * MINUTE_MICROS;
    counts.merge(new Count(minute, appIds[i], record.level(), service), 1L, Long::sum);
  }

  /** Records that were read from a socket in one go have the same. */
  private OffsetDateTime receivedAt(long micros) {
    if (micros != lastReceivedAt) {
      lastReceivedAt = micros;
      lastReceivedAtUtc = Timestamps.utc(micros);
    }
    return lastReceivedAtUtc;
  }

  /**
   * {@code $1} to {@code $19}: the apps, the rows, the ranges of time that these lie in, the
   * filters and the names of the fields.
   */
  Tuple values() {
    TimeRanges ranges = TimeRanges.of(timesMicros);
    Tuple rows =
        Tuple.tuple()
            .addArrayOfInteger(apps.keySet().toArray(Integer[]::new))
            .addArrayOfString(apps.values().toArray(String[]::new))
            .addArrayOfOffsetDateTime(timestamps)
            .addArrayOfLong(seqs)
            .addArrayOfOffsetDateTime(receivedAt)
            .addArrayOfInteger(appIds)
            .addArrayOfString(levels)
            .addArrayOfString(services)
            .addArrayOfString(messages)
            .addArrayOfString(metadata)
            .addArrayOfString(sourceIds)
            .addArrayOfOffsetDateTime(ranges.since().toArray(OffsetDateTime[]::new))
            .addArrayOfOffsetDateTime(ranges.until().toArray(OffsetDateTime[]::new));
    return new FilterRows(fields, timesMicros, i -> metadata[i])
        .add(rows)
        .addArrayOfString(fields.stream().map(FieldExtractor::field).toArray(String[]::new));
  }

  /** Adds the rollup deltas, five parameters. */
  Tuple addDeltas(Tuple parameters) {
    int size = counts.size();
    OffsetDateTime[] minutes = new OffsetDateTime[size];
    Integer[] countApps = new Integer[size];
    String[] countLevels = new String[size];
    String[] countServices = new String[size];
    Long[] ns = new Long[size];
    int i = 0;
    for (Map.Entry<Count, Long> entry : counts.entrySet()) {
      minutes[i] = Timestamps.utc(entry.getKey().minuteMicros());
      countApps[i] = entry.getKey().appId();
      countLevels[i] = entry.getKey().level();
      countServices[i] = entry.getKey().service();
      ns[i++] = entry.getValue();
    }
    return parameters
        .addArrayOfOffsetDateTime(minutes)
        .addArrayOfInteger(countApps)
        .addArrayOfString(countLevels)
        .addArrayOfString(countServices)
        .addArrayOfLong(ns);
  }

  /**
   * Adds, per row, the number of its delivery (from 1), its dedupe key and its id: three
   * parameters.
   */
  @SuppressWarnings("NullAway") // A dedupe key may be null, and so may an element.
  Tuple addDedupe(Tuple parameters) {
    Integer[] entries = new Integer[seqs.length];
    UUID[] dedupeKeys = new UUID[seqs.length];
    UUID[] ids = new UUID[seqs.length];
    int i = 0;
    int no = 1;
    for (Delivery delivery : deliveries) {
      for (LogRecord record : delivery.batch().records()) {
        entries[i] = no;
        dedupeKeys[i] = record.dedupeKey();
        ids[i++] = record.id();
      }
      no++;
    }
    return parameters.addArrayOfInteger(entries).addArrayOfUUID(dedupeKeys).addArrayOfUUID(ids);
  }

  /** Adds the keys of the deliveries and the times of their stream entries: two parameters. */
  @SuppressWarnings("NullAway") // The time is null where no entry is known.
  Tuple addEntries(Tuple parameters) {
    UUID[] keys = new UUID[deliveries.size()];
    Long[] entryMs = new Long[keys.length];
    for (int i = 0; i < keys.length; i++) {
      Delivery delivery = deliveries.get(i);
      keys[i] = delivery.batch().key();
      entryMs[i] = delivery.forgettableAfterMs();
    }
    return parameters.addArrayOfUUID(keys).addArrayOfLong(entryMs);
  }
}
