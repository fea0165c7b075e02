package io.logagg.persistence;

import io.logagg.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields that have filters, as this process knows them; the statement that uses them checks
 * whether that is still so. Belongs to one context.
 */
final class FieldCatalog {
  private static final String FIELDS =
      "SELECT field FROM indexed_fields ORDER BY field COLLATE \"C\"";

  private final Database database;
  private List<FieldExtractor> known = List.of();

  FieldCatalog(Database database) {
    this.database = database;
  }

  /** In the order of their names; none until they were loaded. */
  List<FieldExtractor> fields() {
    return known;
  }

  Future<Void> load() {
    return database
        .lookUp(FieldCatalog::read)
        .map(
            fields -> {
              known = fields;
              return null;
            });
  }

  /** Those that are registered; until the transaction is over none is added. */
  static Future<List<FieldExtractor>> read(SqlConnection connection) {
    return connection
        .query(FIELDS)
        .execute()
        .map(
            rows -> {
              List<FieldExtractor> fields = new ArrayList<>();
              rows.forEach(row -> fields.add(new FieldExtractor(row.getString(0))));
              return List.copyOf(fields);
            });
  }
}
