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
import co.elastic.clients.transport.BackoffPolicy;
import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.access.KeyLimits;
import io.logagg.access.Scope;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FaultyFront;
import io.logagg.testing.FaultyFront.Fault;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestKeys;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    logagg =
        RunningLogagg.fresh(
            servers, Map.of("LOGAGG_AUTH_ENABLED", "true", "LOGAGG_HTTP_PAUSE_TIMEOUT_MS", "100"));
    keys = TestKeys.open(servers);
    admin = TestKeys.known(logagg, keys.key(Set.of(Scope.ADMIN)));
    sender = TestKeys.known(logagg, keys.key(Set.of(Scope.INGEST)));
  }

  /** A key with which the server itself says 429 before all have arrived. */
  private static String limited() {
    return TestKeys.known(logagg, keys.key(Scope.INGEST, new KeyLimits(50L, null)));
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

  /** Does with bulk requests what an application has to: those that failed, it gives back. */
  private static final class Resending implements BulkListener<Void> {
    final Queue<BulkRequest> failed = new ConcurrentLinkedQueue<>();
    final Queue<String> failures = new ConcurrentLinkedQueue<>();
    final AtomicInteger taken = new AtomicInteger();

    @Override
    public void beforeBulk(long id, BulkRequest request, List<Void> contexts) {}

    @Override
    public void afterBulk(
        long id, BulkRequest request, List<Void> contexts, BulkResponse response) {
      taken.addAndGet((int) response.items().stream().filter(i -> i.error() == null).count());
    }

    @Override
    public void afterBulk(long id, BulkRequest request, List<Void> contexts, Throwable failure) {
      failures.add(failure.toString());
      failed.add(request);
    }
  }

  private static ElasticsearchClient javaClient(String url, String key) {
    return ElasticsearchClient.of(c -> c.host(url + "/es").apiKey(key).useCompression(true));
  }

  private static Resending ingest(ElasticsearchClient client, String app) {
    Resending listener = new Resending();
    try (BulkIngester<Void> ingester =
        BulkIngester.of(
            b ->
                b.client(client)
                    .maxOperations(50)
                    .backoffPolicy(BackoffPolicy.constantBackoff(200L, 100))
                    .listener(listener))) {
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
        String id = app + "-" + i;
        String index = "logs-" + app + "-default";
        ingester.add(o -> o.create(c -> c.index(index).id(id).document(document)));
      }
      Eventually.value(
          "all taken",
          () -> {
            BulkRequest again = listener.failed.poll();
            if (again != null) {
              again.operations().forEach(ingester::add);
            }
            ingester.flush();
            return listener.taken.get();
          },
          taken -> taken >= COUNT);
    }
    return listener;
  }

  @Test
  void javaClientArrives() throws IOException {
    try (ElasticsearchClient client = javaClient(logagg.base(), sender)) {
      assertEquals("logagg", client.info().clusterName());
      assertTrue(client.ping().value());
      assertTrue(client.indices().exists(e -> e.index("java-app")).value());
      assertEquals(List.of(), List.copyOf(ingest(client, "java").failures));
    }

    JsonNode record = named(arrived("java"), "message 7");
    assertEquals("2026-11-28T12:00:00.107Z", record.path("timestamp").asText());
    assertEquals("WARN", record.path("level").asText());
    assertEquals("cart", record.path("service").asText());
    assertEquals("java-7", record.path("source_id").asText());
    assertEquals(7, record.path("metadata_").path("number").asInt());
  }

  /** Itself, it sends again items that are refused with 429, but no request as a whole. */
  @Test
  void javaClientTellsWhatHasToBeSentAgain() throws IOException {
    try (FaultyFront front =
            bulkFront(Fault.TOO_MANY, Fault.UNAVAILABLE, Fault.CLOSED, Fault.ANSWER_LOST);
        ElasticsearchClient client = javaClient(front.url(), limited())) {
      Resending listener = ingest(client, "javaout");
      assertTrue(listener.failures.size() >= 4, () -> listener.failures + " of " + front.seen());
      assertTrue(front.isUsedUp());
      // Beside these, so many would do if the server had refused no item of them.
      assertTrue(front.seen().size() > 4 + COUNT / 50, () -> front.seen().toString());
    }
    arrived("javaout");
  }

  private static FaultyFront bulkFront(Fault... faults) {
    return FaultyFront.at(logagg, path -> path.endsWith("/_bulk"), faults);
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
    try (FaultyFront front = bulkFront(Fault.UNAVAILABLE, Fault.CLOSED, Fault.ANSWER_LOST)) {
      Path log = folder.resolve("node.log");
      Process node =
          new ProcessBuilder(
                  "node",
                  modules.resolve("send.mjs").toString(),
                  front.url(),
                  limited(),
                  Integer.toString(COUNT))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      boolean ended = node.waitFor(60, TimeUnit.SECONDS);
      node.destroyForcibly();
      assertTrue(ended && node.exitValue() == 0, Files.readString(log));
      assertTrue(front.isUsedUp(), () -> front.seen().toString());
      assertBrokenOff(front);
    }

    JsonNode record = named(arrived("node"), "message 7");
    assertEquals("ERROR", record.path("level").asText());
    assertEquals("cart", record.path("service").asText());
    assertEquals(7, record.path("metadata_").path("number").asInt());
  }

  @Test
  void rsyslogLosesAndDoublesNothing(@TempDir Path folder) throws Exception {
    assumeTrue(runs("rsyslogd", "-v"), "there is no rsyslogd");
    int input = FreePorts.next();
    try (FaultyFront front = bulkFront(Fault.CLOSED, Fault.ANSWER_LOST)) {
      Path log = folder.resolve("out.log");
      Process rsyslog = rsyslog(folder, log, input, front.port());
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
      assertTrue(front.isUsedUp(), () -> front.seen().toString());
      assertBrokenOff(front);
    }
  }

  /** That the server has told 429 so that it is heeded. */
  private static void assertBrokenOff(FaultyFront front) {
    List<String> seen = front.seen();
    assertTrue(seen.stream().anyMatch(what -> what.contains("IOException")), seen::toString);
  }

  private static Process rsyslog(Path folder, Path log, int input, int output) throws IOException {
    Path conf = folder.resolve("rsyslog.conf");
    Files.writeString(
        conf,
        """
          global(workDirectory="%s")
          module(load="imptcp")
          module(load="omelasticsearch")
          input(type="imptcp" port="%d" address="127.0.0.1" ruleset="out")
          template(name="logagg-id" type="string" string="%%uuid%%")
          ruleset(name="out") {
            action(type="omelasticsearch" server="127.0.0.1" serverport="%d" uid="any" pwd="%s"
              searchIndex="rsys-2026.11.28" searchType="" bulkmode="on"
              dynbulkid="on" bulkid="logagg-id" writeoperation="create"
              action.resumeRetryCount="-1" action.resumeInterval="1"
              queue.type="LinkedList" queue.size="10000" queue.dequeueBatchSize="50")
          }
          """
            .formatted(folder, input, output, limited()));
    return new ProcessBuilder(
            "rsyslogd", "-n", "-f", conf.toString(), "-i", folder.resolve("pid").toString())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
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
