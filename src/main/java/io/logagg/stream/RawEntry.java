package io.logagg.stream;

import io.vertx.redis.client.Response;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One stream entry as Redis gives it.
 *
 * @param id such as {@code 1526919030474-55}
 * @param fields values by name; of repeated names the last
 */
record RawEntry(String id, Map<String, Response> fields) {

  /** The milliseconds in its id. */
  long ms() {
    return StampedTime.ofEntry(id);
  }

  /** How long the values of its fields are, in all. */
  int bytes() {
    int sum = 0;
    for (Response value : fields.values()) {
      sum += value.toBuffer().length();
    }
    return sum;
  }

  byte @Nullable [] bytes(String field) {
    Response value = fields.get(field);
    return value == null ? null : value.toBytes();
  }

  @Nullable String text(String field) {
    Response value = fields.get(field);
    return value == null ? null : value.toString();
  }
}
