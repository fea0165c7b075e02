package io.logagg.stream;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestImpl;
import io.vertx.redis.client.impl.types.BulkType;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Entries as Redis would give them, without Redis. */
final class TestEntries {
  static final String ID = "1764000000000-3";

  private TestEntries() {}

  static RawEntry of(String id, Map<String, byte[]> fields) {
    Map<String, Response> responses = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> responses.put(name, BulkType.create(Buffer.buffer(value), false)));
    return new RawEntry(id, responses);
  }

  /** With texts as values, name and value in turn. */
  static RawEntry of(String... namesAndValues) {
    Map<String, byte[]> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put(namesAndValues[i], namesAndValues[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    return of(ID, fields);
  }

  /** What the command would add, its key and {@code *} left out. */
  static RawEntry of(Request xadd) {
    Map<String, byte[]> fields = new LinkedHashMap<>();
    List<byte[]> arguments = ((RequestImpl) xadd).getArgs();
    for (int i = 0; i + 1 < arguments.size(); i += 2) {
      fields.put(new String(arguments.get(i), StandardCharsets.UTF_8), arguments.get(i + 1));
    }
    return of(ID, fields);
  }
}
