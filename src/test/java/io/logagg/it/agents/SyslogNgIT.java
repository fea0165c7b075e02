package io.logagg.it.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.FaultyFront;
import io.logagg.testing.FaultyFront.Fault;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestServers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** syslog-ng, by syslog's protocols and by HTTP; the program is where the environment says. */
class SyslogNgIT {
  private static final int TCP = FreePorts.next();

  private static RunningLogagg logagg;

  private final int input = FreePorts.next();
  @TempDir private Path folder = Path.of("");
  private ClientProgram syslogNg;

  @BeforeAll
  static void start() {
    assumeTrue(SyslogSenders.hasSyslogNg(), "SYSLOG_NG names no program: syslog-ng is not run");
    logagg =
        RunningLogagg.fresh(
            TestServers.reset(), Map.of("LOGAGG_SYSLOG_TCP_PORT", Integer.toString(TCP)));
  }

  @AfterAll
  static void stop() {
    if (logagg != null) {
      logagg.close();
    }
  }

  @AfterEach
  void stopSyslogNg() {
    if (syslogNg != null) {
      syslogNg.close();
    }
  }

  /** One that takes messages at a port of its own, and sends them there. */
  private void startSyslogNg(String destination) {
    syslogNg = SyslogSenders.syslogNg(folder, input, destination);
  }

  private static List<String> messages(int count) {
    return IntStream.range(0, count).mapToObj(i -> "message " + i).toList();
  }

  private void log(String app, List<String> messages) {
    String head = "<11>1 2026-01-02T03:04:05.123456Z web1 " + app + " 77 ID9 - ";
    ClientProgram.log(input, messages.stream().map(head::concat).toList());
  }

  private JsonNode arrives(String app, String destination) {
    startSyslogNg(destination);
    log(app, List.of("it is ü"));
    Api api = new Api(logagg);
    api.awaitMessages(app, List.of("it is ü"));
    JsonNode record = api.get("/api/v1/logs?app=" + app).get(0);
    assertEquals("ERROR", record.path("level").asText());
    assertEquals("web1", record.path("metadata_").path("host").asText());
    return record;
  }

  @Test
  void syslogArrivesByCountedFrames() {
    JsonNode record =
        arrives("ng-counted", "syslog(\"127.0.0.1\" port(%d) frac-digits(6));".formatted(TCP));
    assertEquals("2026-01-02T03:04:05.123456Z", record.path("timestamp").asText());
    assertEquals("ID9", record.path("metadata_").path("msgid").asText());
    assertEquals("77", record.path("metadata_").path("procid").asText());
  }

  @Test
  void syslogArrivesByLines() {
    JsonNode record =
        arrives(
            "ng-lines",
            "network(\"127.0.0.1\" port(%d) flags(syslog-protocol) frac-digits(6));"
                .formatted(TCP));
    assertEquals("2026-01-02T03:04:05.123456Z", record.path("timestamp").asText());
    assertEquals("ID9", record.path("metadata_").path("msgid").asText());
  }

  @Test
  void bsdSyslogArrives() {
    JsonNode record = arrives("ng-bsd", "network(\"127.0.0.1\" port(%d));".formatted(TCP));
    assertEquals("03:04:05Z", record.path("timestamp").asText().substring(11));
    assertEquals("77", record.path("metadata_").path("procid").asText());
  }

  @Test
  void byHttpItLosesAndDoublesNothing() {
    List<String> messages = messages(1000);
    try (FaultyFront front =
        FaultyFront.of(
            logagg, Fault.TOO_MANY, Fault.UNAVAILABLE, Fault.CLOSED, Fault.ANSWER_LOST)) {
      startSyslogNg(SyslogSenders.byHttp(front.url()));
      log("ng-http", messages);
      Api api = new Api(logagg);
      api.awaitMessages("ng-http", messages);
      assertTrue(front.isUsedUp(), () -> front.seen().toString());
      JsonNode record = api.get("/api/v1/logs?limit=1&app=ng-http").get(0);
      assertEquals("ERROR", record.path("level").asText());
      assertEquals("web1", record.path("metadata_").path("host").asText());
      assertEquals("2026-01-02T03:04:05.123456Z", record.path("timestamp").asText());
    }
  }
}
