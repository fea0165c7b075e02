package io.logagg.it.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._helpers.bulk.BulkIngester;
import co.elastic.clients.elasticsearch._helpers.bulk.BulkListener;
import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.access.Scope;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestKeys;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real clients of Elasticsearch, sending to the jar. */
class ElasticClientsIT {
  private static final int COUNT = 250;

  private static RunningLogagg logagg;
  private static TestKeys keys;
  private static String admin;
  private static String sender;

  @BeforeAll
  static void start() {
    TestServers servers = TestServers.reset();
    logagg = RunningLogagg.fresh(servers, Map.of("LOGAGG_AUTH_ENABLED", "true"));
    keys = TestKeys.open(servers);
    admin = TestKeys.known(logagg, keys.key(Set.of(Scope.ADMIN)));
    sender = TestKeys.known(logagg, keys.key(Set.of(Scope.INGEST)));
  }

  @AfterAll
  static void stop() {
    keys.close();
    logagg.close();
  }

  private static JsonNode records(String app) {
    String path = "/api/v1/logs?order=asc&limit=10000&app=" + app;
    return Api.parse(logagg.get(path, "Authorization", "Bearer " + admin).body());
  }

  /** Waits until all have arrived; none twice. */
  private static JsonNode arrived(String app) {
    List<String> expected =
        IntStream.range(0, COUNT).mapToObj(i -> "message " + i).sorted().toList();
    JsonNode rows =
        Eventually.value("the records of " + app, () -> records(app), all -> all.size() >= COUNT);
    assertEquals(
        expected, Api.texts(rows, "message").stream().map(String::strip).sorted().toList());
    return rows;
  }

  private static JsonNode named(JsonNode rows, String message) {
    for (JsonNode row : rows) {
      if (row.path("message").asText().strip().equals(message)) {
        return row;
      }
    }
    throw new AssertionError("there is no " + message);
  }

  @Test
  void javaClientArrives() throws IOException {
    ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    BulkListener<Void> listener =
        new BulkListener<>() {
          @Override
          public void beforeBulk(long id, BulkRequest request, List<Void> contexts) {}

          @Override
          public void afterBulk(
              long id, BulkRequest request, List<Void> contexts, BulkResponse response) {
            if (response.errors() || response.items().size() != request.operations().size()) {
              failures.add(response.toString());
            }
          }

          @Override
          public void afterBulk(
              long id, BulkRequest request, List<Void> contexts, Throwable failure) {
            failures.add(failure.toString());
          }
        };
    try (ElasticsearchClient client =
        ElasticsearchClient.of(
            c -> c.host(logagg.base() + "/es").apiKey(sender).useCompression(true))) {
      assertEquals("logagg", client.info().clusterName());
      assertTrue(client.ping().value());
      assertTrue(client.indices().exists(e -> e.index("java-app")).value());
      try (BulkIngester<Void> ingester =
          BulkIngester.of(b -> b.client(client).maxOperations(100).listener(listener))) {
        for (int i = 0; i < COUNT; i++) {
          Map<String, Object> document =
              Map.of(
                  "@timestamp",
                  "2026-11-28T12:00:00." + (100 + i) + "Z",
                  "log",
                  Map.of("level", "warn"),
                  "service",
                  Map.of("name", "cart"),
                  "message",
                  "message " + i,
                  "number",
                  i);
          String id = "java-" + i;
          ingester.add(o -> o.create(c -> c.index("logs-java-default").id(id).document(document)));
        }
      }
    }

    assertEquals(List.of(), List.copyOf(failures));
    JsonNode record = named(arrived("java"), "message 7");
    assertEquals("2026-11-28T12:00:00.107Z", record.path("timestamp").asText());
    assertEquals("WARN", record.path("level").asText());
    assertEquals("cart", record.path("service").asText());
    assertEquals("java-7", record.path("source_id").asText());
    assertEquals(7, record.path("metadata_").path("number").asInt());
  }

  @Test
  void nodeClientLosesAndDoublesNothing(@TempDir Path folder) throws Exception {
    assumeTrue(runs("node", "--version"), "there is no node");
    Path modules = Path.of("target/node/elasticsearch");
    Files.createDirectories(modules);
    for (String file : List.of("package.json", "send.mjs")) {
      Files.copy(
          Path.of("src/test/node/elasticsearch", file),
          modules.resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Files.exists(modules.resolve("node_modules/@elastic/elasticsearch"))) {
      assumeTrue(
          runs("npm", "install", "--no-audit", "--no-fund", "--prefix", modules.toString()),
          "npm cannot install the client");
    }
    // A request that is refused with 429 as a whole it does not send again.
    try (FlakyFront front =
        new FlakyFront(logagg.base(), path -> path.endsWith("/_bulk"), List.of(503, 503))) {
      Path log = folder.resolve("node.log");
      Process node =
          new ProcessBuilder(
                  "node",
                  modules.resolve("send.mjs").toString(),
                  "http://127.0.0.1:" + front.port(),
                  sender,
                  Integer.toString(COUNT))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      boolean ended = node.waitFor(60, TimeUnit.SECONDS);
      node.destroyForcibly();
      assertTrue(ended && node.exitValue() == 0, Files.readString(log));
      assertTrue(front.count() > 4, "requests: " + front.count());
    }

    JsonNode record = named(arrived("node"), "message 7");
    assertEquals("ERROR", record.path("level").asText());
    assertEquals("cart", record.path("service").asText());
    assertEquals(7, record.path("metadata_").path("number").asInt());
  }

  @Test
  void rsyslogArrives(@TempDir Path folder) throws Exception {
    assumeTrue(runs("rsyslogd", "-v"), "there is no rsyslogd");
    int input = FreePorts.next();
    Path conf = folder.resolve("rsyslog.conf");
    Files.writeString(
        conf,
        """
          global(workDirectory="%s")
          module(load="imptcp")
          module(load="omelasticsearch")
          input(type="imptcp" port="%d" address="127.0.0.1" ruleset="out")
          template(name="id" type="string" string="rs-%%msg%%")
          ruleset(name="out") {
            action(type="omelasticsearch" server="127.0.0.1" serverport="%d" uid="any" pwd="%s"
              searchIndex="rsys-2026.11.28" searchType="" bulkmode="on" maxbytes="10k"
              dynbulkid="on" bulkid="id" writeoperation="create"
              action.resumeRetryCount="-1" action.resumeInterval="1"
              queue.type="LinkedList" queue.size="10000" queue.dequeuebatchsize="100")
          }
          """
            .formatted(folder, input, URI.create(logagg.base()).getPort(), sender));
    Path log = folder.resolve("out.log");
    Process rsyslog =
        new ProcessBuilder(
                "rsyslogd", "-n", "-f", conf.toString(), "-i", folder.resolve("pid").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try (Socket socket = connect(input, rsyslog, log)) {
      OutputStream out = socket.getOutputStream();
      for (int i = 0; i < COUNT; i++) {
        String line = "<27>1 2026-11-28T12:00:00.5Z web-1 cron 7 - - message " + i + "\n";
        out.write(line.getBytes(StandardCharsets.UTF_8));
      }
      out.flush();
      JsonNode record = named(arrived("rsys"), "message 7");
      assertEquals("2026-11-28T12:00:00.500Z", record.path("timestamp").asText());
      assertEquals("ERROR", record.path("level").asText());
      assertEquals("web-1", record.path("metadata_").path("fromhost").asText());
    } finally {
      rsyslog.destroy();
      assertTrue(rsyslog.waitFor(20, TimeUnit.SECONDS));
    }
  }

  private static Socket connect(int port, Process process, Path log) {
    return Eventually.value(
        "rsyslog's port",
        () -> {
          assertTrue(process.isAlive(), () -> read(log));
          try {
            return new Socket(InetAddress.getLoopbackAddress(), port);
          } catch (IOException e) {
            return null;
          }
        },
        socket -> socket != null);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Whether the program is there, and ends well. */
  private static boolean runs(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean ended = process.waitFor(120, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertFalse(!ended, "it does not end: " + String.join(" ", command));
      return process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
