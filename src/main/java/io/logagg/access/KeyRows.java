package io.logagg.access;

import io.logagg.record.AppAccess;
import io.logagg.record.Timestamps;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows of {@code api_keys} with their last use. */
final class KeyRows {
  static final String COLUMNS =
      """
      k.id, k.name, k.scopes, k.apps, k.expires_at, k.records_per_second, k.bytes_per_second,
      k.created_at, k.rotated_at, u.last_used_at, k.revoked_at""";

  static final String TABLES = " FROM api_keys k LEFT JOIN api_key_uses u ON u.key_id = k.id ";

  private KeyRows() {}

  static ApiKey key(Row row) {
    return new ApiKey(
        row.getString("id"),
        new ApiKey.Draft(
            row.getString("name"),
            scopes(row.getArrayOfStrings("scopes")),
            AppAccess.of(List.of(row.getArrayOfStrings("apps"))),
            micros(row, "expires_at"),
            new KeyLimits(row.getLong("records_per_second"), row.getLong("bytes_per_second"))),
        Timestamps.micros(row.getOffsetDateTime("created_at")),
        micros(row, "rotated_at"),
        micros(row, "last_used_at"),
        micros(row, "revoked_at"));
  }

  static @Nullable Long micros(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : (Long) Timestamps.micros(time);
  }

  /** Those that this version knows. */
  private static Set<Scope> scopes(String[] codes) {
    return Arrays.stream(codes)
        .flatMap(code -> Scope.of(code).stream())
        .collect(Collectors.toSet());
  }
}
