package io.logagg.stream;

import io.vertx.redis.client.Response;
import java.util.Arrays;
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

  /** Whether it has the same id, and the same bytes in fields of the same names. */
  boolean isSameAs(RawEntry other) {
    return id.equals(other.id)
        && fields.keySet().equals(other.fields.keySet())
        && fields.keySet().stream().allMatch(name -> Arrays.equals(bytes(name), other.bytes(name)));
  }
}
