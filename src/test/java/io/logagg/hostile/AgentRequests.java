package io.logagg.hostile;

import io.logagg.protocol.protobuf.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Parts of requests in agents' protocols. No body names an app, and the URL names the one that is
 * not counted, so that it does not matter how many records they have.
 */
final class AgentRequests {
  /** In whose place the URL names an app. */
  private static final Set<String> NAMING =
      Set.of("app", "service", "index", "sourcetype", "ddsource", "ddtags");

  private final Random random;
  private final RandomBodies bodies;
  private final List<Operation> operations =
      Operation.all().stream().filter(Operation::isOfAgents).toList();

  AgentRequests(Random random, RandomBodies bodies) {
    this.random = random;
    this.bodies = bodies;
  }

  /** Every second one takes bodies. */
  Operation operation() {
    Operation any = operations.get(random.nextInt(operations.size()));
    while (random.nextBoolean() && !any.parameters().contains("app")) {
      any = operations.get(random.nextInt(operations.size()));
    }
    return any;
  }

  /**
   * Its path and query.
   *
   * @param value makes one, escaped
   */
  String target(Operation operation, Supplier<String> value) {
    StringBuilder target =
        new StringBuilder(
            operation
                .path()
                .replace("{index}", RandomRequests.LOST)
                .replace("{name}", "n" + value.get()));
    if (!operation.parameters().contains("app")) {
      return target.toString();
    }
    // A dead letter would be counted once it is replayed; so there are none of these.
    target.append("?app=").append(RandomRequests.LOST).append("&strict=");
    target.append(random.nextInt(8) == 0 ? value.get() : "true");
    for (int i = random.nextInt(4); i > 0; i--) {
      String name = operation.parameters().get(random.nextInt(operation.parameters().size()));
      if (!NAMING.contains(name)) {
        target.append('&').append(name).append('=').append(value.get());
      }
    }
    return target.toString();
  }

  byte[] body(Operation operation) {
    if (operation.method().equals("GET")) {
      return new byte[0];
    }
    byte[] body = random.nextInt(5) == 0 ? protobuf() : json();
    return random.nextInt(3) == 0 ? bodies.mutated(body) : body;
  }

  /** OpenTelemetry's, with a text. */
  private byte[] protobuf() {
    ProtoWriter text = new ProtoWriter().text(1, "m" + random.nextInt());
    ProtoWriter records = new ProtoWriter().message(2, new ProtoWriter().message(5, text));
    return new ProtoWriter().message(1, new ProtoWriter().message(2, records)).toBytes();
  }

  /** Of one protocol or another, whichever it is sent to. */
  private byte[] json() {
    String template =
        List.of(
                "{\"index\":{}}\n{\"message\":%s,\"@timestamp\":%s}\n",
                "{\"create\":{\"_id\":%s}}\n{\"message\":%s}\n",
                "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":%s},"
                    + "\"timeUnixNano\":%s}]}]}]}",
                "{\"streams\":[{\"stream\":{\"level\":%s},\"values\":[[\"1764331200000000000\",%s]]}]}",
                "{\"event\":%s,\"time\":%s}",
                "[{\"message\":%s,\"timestamp\":%s}]",
                "{\"@t\":%s,\"@m\":%s}\n",
                "{\"Events\":[{\"Timestamp\":%s,\"MessageTemplate\":%s}]}",
                "{\"version\":\"1.1\",\"host\":\"h\",\"short_message\":%s,\"timestamp\":%s}")
            .get(random.nextInt(9));
    int times = template.startsWith("[") ? 1 : 1 + random.nextInt(4);
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < times; i++) {
      all.append(template.formatted(bodies.value(), bodies.value()));
    }
    return all.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
