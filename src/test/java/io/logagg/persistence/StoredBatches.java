package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;

import io.logagg.bus.WriteRequest;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.testing.TestDatabase;
import io.vertx.pgclient.PgConnection;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Batches that are stored with the statements of the writers, in transactions of the test's own.
 */
final class StoredBatches {
  private static final Map<String, Integer> APPS = Map.of("shop", 1, "bank", 2, "äpp", 3);

  private final TestDatabase database;

  /** Makes the apps and a partition for all times. */
  StoredBatches(TestDatabase database) {
    this.database = database;
    database.sql(
        """
        CREATE TABLE logs_all PARTITION OF logs DEFAULT;
        INSERT INTO apps (name) VALUES ('shop'), ('bank'), ('äpp')""");
  }

  /** Stores in the connection's transaction if it has one. */
  void store(PgConnection connection, boolean careful, List<LogRecord> batch) {
    WriteRequest request = Writer.request(RecordBatch.of(batch));
    BatchSql sql =
        careful
            ? BatchSql.careful(request, StoredBatches::app, List.of())
            : BatchSql.plain(request, StoredBatches::app, List.of());
    await(connection.preparedQuery(sql.sql()).execute(sql.parameters()));
  }

  private static AppRef app(LogRecord record) {
    return new AppRef(APPS.get(record.app()), record.app());
  }

  List<LogRecord> store(List<LogRecord> batch) {
    PgConnection connection = database.connect();
    store(connection, false, batch);
    await(connection.close());
    return batch;
  }

  List<LogRecord> store(LogRecord... batch) {
    return store(List.of(batch));
  }

  static Set<UUID> idsOf(Collection<LogRecord> records) {
    Set<UUID> ids = new HashSet<>();
    records.forEach(record -> ids.add(record.id()));
    return ids;
  }
}
