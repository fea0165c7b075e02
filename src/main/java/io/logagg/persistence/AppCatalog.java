package io.logagg.persistence;

import io.logagg.postgres.Database;
import io.logagg.record.LogRecord;
import io.logagg.record.Timestamps;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which app a record belongs to, from memory where that is known. What it says may be out of date:
 * the statement that uses it checks, and on a change the names are to be forgotten and asked for
 * again. Belongs to one context.
 */
final class AppCatalog {
  private static final int MAX_NAMES = 10_000;

  private static final String CREATE =
      """
      INSERT INTO apps (name) SELECT name FROM unnest($1::text[]) AS u(name) ORDER BY name
      ON CONFLICT (name) WHERE deleted_at IS NULL DO NOTHING""";

  private static final String CURRENT =
      "SELECT id, name FROM apps WHERE deleted_at IS NULL AND name = ANY($1::text[])";

  private static final String RENAMES =
      """
      SELECT r.old_name, r.renamed_at, a.id, a.name
      FROM app_renames r JOIN apps a ON a.id = r.app_id AND a.deleted_at IS NULL
      WHERE r.old_name = ANY($1::text[]) ORDER BY r.renamed_at""";

  private final Database database;
  private final Map<String, History> known = new Lru();

  AppCatalog(Database database) {
    this.database = database;
  }

  /** What a name meant, and means. */
  private record History(List<Rename> renames, @Nullable AppRef current) {
    @Nullable AppRef at(long receivedAtMicros) {
      for (Rename rename : renames) {
        if (receivedAtMicros < rename.atMicros) {
          return rename.app;
        }
      }
      return current;
    }
  }

  /** Until then the name meant that app. */
  private record Rename(long atMicros, AppRef app) {}

  private static final class Lru extends LinkedHashMap<String, History> {
    Lru() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, History> eldest) {
      return size() > MAX_NAMES;
    }
  }

  /** The app of a record, if it is known. */
  @Nullable AppRef find(LogRecord record) {
    History history = known.get(record.app());
    return history == null ? null : history.at(record.receivedAtMicros());
  }

  /** Learns the apps of these records, making those that are not there. */
  Future<Void> learn(Collection<LogRecord> records) {
    TreeSet<String> names = new TreeSet<>();
    for (LogRecord record : records) {
      if (find(record) == null) {
        names.add(record.app());
      }
    }
    if (names.isEmpty()) {
      return Future.succeededFuture();
    }
    return load(names).compose(loaded -> createMissing(records));
  }

  private Future<Void> createMissing(Collection<LogRecord> records) {
    TreeSet<String> names = new TreeSet<>();
    for (LogRecord record : records) {
      if (find(record) == null) {
        names.add(record.app());
      }
    }
    if (names.isEmpty()) {
      return Future.succeededFuture();
    }
    Tuple parameter = array(names);
    return database
        .write(connection -> connection.preparedQuery(CREATE).execute(parameter))
        .compose(created -> load(names));
  }

  private Future<Void> load(Collection<String> names) {
    Tuple parameter = array(names);
    return database
        .lookUp(connection -> load(connection, parameter))
        .map(
            histories -> {
              names.forEach(
                  name ->
                      known.put(name, histories.getOrDefault(name, new History(List.of(), null))));
              return null;
            });
  }

  private static Future<Map<String, History>> load(SqlConnection connection, Tuple names) {
    return connection
        .preparedQuery(RENAMES)
        .execute(names)
        .compose(
            renames ->
                connection
                    .preparedQuery(CURRENT)
                    .execute(names)
                    .map(current -> histories(renames, current)));
  }

  private static Map<String, History> histories(RowSet<Row> renames, RowSet<Row> current) {
    Map<String, List<Rename>> byOldName = new LinkedHashMap<>();
    for (Row row : renames) {
      byOldName
          .computeIfAbsent(row.getString(0), name -> new ArrayList<>())
          .add(
              new Rename(
                  Timestamps.micros(row.getOffsetDateTime(1)),
                  new AppRef(row.getInteger(2), row.getString(3))));
    }
    Map<String, History> histories = new LinkedHashMap<>();
    byOldName.forEach((name, list) -> histories.put(name, new History(list, null)));
    for (Row row : current) {
      String name = row.getString(1);
      List<Rename> list = byOldName.getOrDefault(name, List.of());
      histories.put(name, new History(list, new AppRef(row.getInteger(0), name)));
    }
    return histories;
  }

  /** What is known of these records' apps has turned out to be old. */
  void forget(Collection<LogRecord> records) {
    records.forEach(record -> known.remove(record.app()));
  }

  private static Tuple array(Collection<String> names) {
    return Tuple.tuple().addArrayOfString(names.toArray(String[]::new));
  }
}
