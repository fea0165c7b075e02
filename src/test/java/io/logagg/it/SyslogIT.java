package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestCertificate;
import io.logagg.testing.TestServers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Syslog and GELF as they come over sockets, and plain text over HTTP. */
class SyslogIT {
  private static final int TCP = FreePorts.next();
  private static final int TLS = FreePorts.next();
  private static final int UDP = FreePorts.next();
  private static final int GELF = FreePorts.next();

  @TempDir private static Path folder = Path.of("");
  private static TestCertificate certificate;
  private static TestServers servers;
  private static RunningLogagg logagg;
  private static Api api;

  @BeforeAll
  static void start() throws IOException {
    certificate = TestCertificate.make(folder, "EC", "syslog");
    Files.writeString(folder.resolve("cert.pem"), certificate.certPem());
    Files.writeString(folder.resolve("key.pem"), certificate.keyPem());
    servers = TestServers.reset();
    logagg = RunningLogagg.fresh(servers, environment());
    api = new Api(logagg);
  }

  private static Map<String, String> environment() {
    return Map.of(
        "LOGAGG_SYSLOG_TCP_PORT",
        "" + TCP,
        "LOGAGG_SYSLOG_UDP_PORT",
        "" + UDP,
        "LOGAGG_SYSLOG_TIME_ZONE",
        "UTC",
        "LOGAGG_SYSLOG_MAX_CONNECTIONS",
        "20",
        "LOGAGG_HTTP_MAX_RECORD_BYTES",
        "2000",
        "LOGAGG_GELF_TCP_PORT",
        "" + GELF,
        "LOGAGG_GELF_UDP_PORT",
        "" + GELF);
  }

  @AfterAll
  static void stop() {
    logagg.close();
  }

  private static void send(int port, String text) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void sendDatagrams(int port, byte[]... datagrams) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      for (byte[] bytes : datagrams) {
        socket.send(
            new DatagramPacket(
                bytes,
                bytes.length,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
      }
    }
  }

  private static JsonNode only(String app) {
    return Eventually.value(
            "a record of " + app,
            () -> api.pages("/api/v1/logs?app=" + app),
            rows -> rows.size() == 1)
        .get(0);
  }

  private static List<JsonNode> letters(String source) {
    return Eventually.value(
        "dead letters of " + source,
        () -> api.pages("/api/v1/dlq?limit=1000&source=" + Api.encode(source)),
        rows -> !rows.isEmpty());
  }

  @Test
  void shouldKeepAllThatAMessageSays() throws IOException {
    String message =
        "<165>1 2026-01-02T03:04:05.123456Z web1 all 77 ID47 [x@1 a=\"b\\\"c\"] \uFEFFgrün";
    send(TCP, message.getBytes(StandardCharsets.UTF_8).length + " " + message);
    JsonNode record = only("all");
    assertEquals("2026-01-02T03:04:05.123456Z", record.path("timestamp").asText());
    assertEquals("NOTICE", record.path("level").asText());
    assertEquals("grün", record.path("message").asText());
    assertEquals(
        Api.parse(
            "{\"host\":\"web1\",\"facility\":\"local4\",\"procid\":\"77\",\"msgid\":\"ID47\",\"x@1\":{\"a\":\"b\\\"c\"}}"),
        record.path("metadata_"));
  }

  @Test
  void shouldGoOnBehindWhateverIsWrongWithAFrame() throws IOException {
    String tooLong = "<13>1 - h frames - - - " + "x".repeat(3000);
    send(
        TCP,
        "<13>Jan  2 03:04:05 h frames: lf\n"
            + "31 <13>1 - h frames - - - counted\n<13>1 - h frames - - - nul\0"
            + tooLong.length()
            + " "
            + tooLong
            + tooLong
            + "\r\n<13>1 - h frames - - - after\n"
            + "99999 <13>1 - h frames - - - cut off");
    api.awaitMessages("frames", List.of("after", "counted", "lf", "nul"));
    List<JsonNode> letters =
        Eventually.value(
            "the dead letters", () -> letters("syslog:tcp"), found -> found.size() >= 3);
    assertEquals(
        2,
        letters.stream()
            .filter(letter -> letter.path("payload").asText().equals(tooLong.substring(0, 2000)))
            .count());
    assertTrue(letters.toString().contains("bytes of the message missing"), letters.toString());
  }

  /** As of whatever comes over HTTP; also where a message is no record. */
  @Test
  void shouldKeepNoSecrets() throws IOException {
    int tcp = FreePorts.next();
    Map<String, String> more =
        Map.of(
            "LOGAGG_SYSLOG_TCP_PORT",
            "" + tcp,
            "LOGAGG_REDACTION_BUILTIN",
            "email",
            "DATABASE_URL",
            servers.postgresUrl(),
            "REDIS_URL",
            servers.redisUrl());
    Path own = Files.createDirectory(folder.resolve("redacting"));
    try (RunningLogagg redacting = RunningLogagg.start(own, more)) {
      send(tcp, "<13>1 - h secrets - - [x@1 a=\"a@example.com\"] by b@example.com\n");
      JsonNode record = only("secrets");
      assertEquals("by [redacted:email]", record.path("message").asText());
      assertEquals("[redacted:email]", record.at("/metadata_/x@1/a").asText());
      String rest = "x".repeat(300);
      send(tcp, "9999 <13>1 - h secrets - - - by c@example.com " + rest + " d@exa");
      List<JsonNode> letters =
          Eventually.value(
              "the dead letter",
              () -> letters("syslog:tcp"),
              found -> found.toString().contains("[redacted:email]"));
      assertTrue(!letters.toString().contains("c@example.com"), letters.toString());
      assertTrue(!letters.toString().contains("d@exa"), letters.toString());
      assertTrue(!redacting.stderr().contains("@example.com"), redacting.stderr());
    }
  }

  @Test
  void shouldTakeWhatIsNoSyslogForText() throws IOException {
    send(TCP, "GET / HTTP/1.1\n404 not found\n");
    api.awaitMessages("syslog", List.of("404 not found", "GET / HTTP/1.1"));
  }

  @Test
  void shouldStoreAllThatASenderSentWhoLeft() throws IOException {
    int count = 30_000;
    StringBuilder all = new StringBuilder();
    IntStream.range(0, count)
        .forEach(i -> all.append("<13>1 - h many - - - message ").append(i).append('\n'));
    send(TCP, all.toString());
    api.awaitTotal("?app=many", count);
  }

  @Test
  void shouldJoinStackTraces() throws IOException {
    String head = "<11>1 - h traces 1 - - ";
    send(
        TCP,
        head + "it failed\n" + head + "java.lang.Error: x\n" + head + "\tat a.B.c(B.java:1)\n");
    api.awaitMessages("traces", List.of("it failed\njava.lang.Error: x\n\tat a.B.c(B.java:1)"));
  }

  @Test
  void shouldTakeDatagrams() throws IOException {
    sendDatagrams(
        UDP,
        "<11>Jan  2 03:04:05 h datagrams[5]: one".getBytes(StandardCharsets.UTF_8),
        "<11>1 - h datagrams - - - two\n".getBytes(StandardCharsets.UTF_8),
        ("<11>1 - h datagrams - - - " + "x".repeat(3000)).getBytes(StandardCharsets.UTF_8));
    api.awaitMessages("datagrams", List.of("one", "two"));
    assertEquals(1, letters("syslog:udp").size());
  }

  @Test
  void shouldTakeGelf() throws IOException {
    send(
        GELF,
        "{\"version\":\"1.1\",\"host\":\"h\",\"short_message\":\"one\",\"level\":3,\n\"_app\":\"gelf-tcp\",\"_n\":1}\0"
            + "{\"short_message\":\"two\"");
    JsonNode record = only("gelf-tcp");
    assertEquals("ERROR", record.path("level").asText());
    assertEquals(Api.parse("{\"host\":\"h\",\"n\":1}"), record.path("metadata_"));
    assertEquals("{\"short_message\":\"two\"", letters("gelf:tcp").get(0).path("payload").asText());
  }

  @Test
  void shouldTakeGelfInChunks() throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(zipped)) {
      out.write(
          "{\"short_message\":\"chunked\",\"_app\":\"gelf-udp\"}".getBytes(StandardCharsets.UTF_8));
    }
    byte[] whole = zipped.toByteArray();
    List<byte[]> chunks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int from = i * whole.length / 4;
      int to = (i + 1) * whole.length / 4;
      byte[] chunk = new byte[12 + to - from];
      Arrays.fill(chunk, 2, 10, (byte) 7);
      chunk[0] = 0x1e;
      chunk[1] = 0x0f;
      chunk[10] = (byte) i;
      chunk[11] = 4;
      System.arraycopy(whole, from, chunk, 12, to - from);
      chunks.add(0, chunk);
    }
    sendDatagrams(GELF, chunks.toArray(byte[][]::new));
    assertEquals("chunked", only("gelf-udp").path("message").asText());
    sendDatagrams(GELF, "{\"short".getBytes(StandardCharsets.UTF_8));
    assertEquals("{\"short", letters("gelf:udp").get(0).path("payload").asText());
  }

  @Test
  void shouldTakeSoManyConnectionsOnly() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 21; i++) {
        sockets.add(new Socket(InetAddress.getLoopbackAddress(), TCP));
      }
      String page =
          Eventually.value(
              "a connection that was closed",
              () -> logagg.get("/metrics").body(),
              text ->
                  text.contains(
                      "logagg_listen_closed_connections_total{protocol=\"syslog\",reason=\"connections\"}"));
      assertTrue(page.contains("logagg_listen_limit_connections{protocol=\"syslog\"} 20.0"), page);
      assertTrue(page.contains("logagg_listen_open_connections{protocol=\"gelf\"}"), page);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void shouldTakePlainText() {
    String text = "it failed\n\tat a.B.c(B.java:1)\n\nnext\r\n";
    JsonNode answer =
        Api.expect(202, logagg.post("/api/v1/ingest?app=text&level=error", "text/plain", text));
    assertEquals(2, answer.path("enqueued").intValue());
    api.awaitMessages("text", List.of("it failed\n\tat a.B.c(B.java:1)", "next"));
    Api.expect(202, logagg.post("/api/v1/ingest?app=lines&multiline=false", "text/plain", text));
    api.awaitMessages("lines", List.of("\tat a.B.c(B.java:1)", "it failed", "next"));
    Api.problem(400, logagg.post("/api/v1/ingest", "text/plain", "no app\n"));
    assertEquals("{\"message\":\"no app\"}", letters("http:text").get(0).path("payload").asText());
  }

  /** Over TLS; and what a process that is told to end had been sent. */
  @Test
  void shouldKeepWhatWasReadBeforeTheEnd() throws Exception {
    int tcp = FreePorts.next();
    Map<String, String> more =
        Map.of(
            "LOGAGG_SYSLOG_TCP_PORT", "" + tcp,
            "LOGAGG_SYSLOG_TLS_PORT", "" + TLS,
            "LOGAGG_HTTP_TLS_CERT_PATH", folder.resolve("cert.pem").toString(),
            "LOGAGG_HTTP_TLS_KEY_PATH", folder.resolve("key.pem").toString(),
            "DATABASE_URL", servers.postgresUrl(),
            "REDIS_URL", servers.redisUrl());
    Path own = Files.createDirectory(folder.resolve("own"));
    RunningLogagg second = RunningLogagg.start(own, more);
    try (Socket open = new Socket(InetAddress.getLoopbackAddress(), tcp);
        Socket secure =
            trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), TLS)) {
      secure
          .getOutputStream()
          .write("<13>1 - h tls - - - secure\n".getBytes(StandardCharsets.UTF_8));
      api.awaitMessages("tls", List.of("secure"));
      StringBuilder all = new StringBuilder();
      IntStream.range(0, 20_000)
          .forEach(i -> all.append("<13>1 - h ending - - - message ").append(i).append('\n'));
      open.getOutputStream().write(all.toString().getBytes(StandardCharsets.UTF_8));
      second.stop();
    } finally {
      second.close();
    }
    api.awaitTotal("?app=ending", 20_000);
  }

  private static SSLContext trusting() throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("c", certificate.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
