package io.logagg.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.redis.client.Response;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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
  private static final ObjectMapper JSON = new ObjectMapper();

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

  /**
   * All its fields as a JSON object, for people and for a replay. A value that is no UTF-8 stands
   * as an object with its bytes in {@code base64}.
   */
  byte[] json() {
    ObjectNode json = JSON.createObjectNode();
    fields.forEach(
        (name, value) -> {
          byte[] bytes = value.toBytes();
          try {
            json.put(name, UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
          } catch (CharacterCodingException e) {
            json.putObject(name).put("base64", bytes);
          }
        });
    return json.toString().getBytes(UTF_8);
  }

  /** Whether it has the same id, and the same bytes in fields of the same names. */
  boolean isSameAs(RawEntry other) {
    return id.equals(other.id)
        && fields.keySet().equals(other.fields.keySet())
        && fields.keySet().stream().allMatch(name -> Arrays.equals(bytes(name), other.bytes(name)));
  }
}
