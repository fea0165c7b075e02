package io.logagg.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigRulesTest {
  private static Loading loading;

  @BeforeAll
  static void open() {
    loading = new Loading();
  }

  @AfterAll
  static void close() {
    loading.close();
  }

  private static String json(Object... pathsAndValues) {
    JsonObject json = new JsonObject();
    for (int i = 0; i < pathsAndValues.length; i += 2) {
      json.mergeIn(Loading.jsonWith((String) pathsAndValues[i], pathsAndValues[i + 1]), true);
    }
    return json.encode();
  }

  private static void accepts(Object... pathsAndValues) {
    loading.load(json(pathsAndValues), Map.of());
  }

  private static void rejects(String key, String otherKey, Object... pathsAndValues) {
    List<String> problems = loading.problems(json(pathsAndValues), Map.of());
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.get(0).startsWith(key + " is "), problems::toString);
    assertTrue(problems.get(0).contains(otherKey), problems::toString);
  }

  @Test
  void shouldServeMetricsToTheNetworkOnlyWhenToldTo() {
    rejects("metrics.host", "auth.allowAnonymousNetwork", "metrics.host", "0.0.0.0");
    rejects(
        "metrics.host",
        "auth.allowAnonymousNetwork",
        "metrics.host",
        "0.0.0.0",
        "auth.enabled",
        true);
    accepts("metrics.host", "0.0.0.0", "auth.allowAnonymousNetwork", true);
    rejects("metrics.port", "http.port", "metrics.port", 8000);
    accepts("metrics.port", 8000, "http.instances", 0);
    accepts("metrics.port", 8001);
  }

  @Test
  void shouldListenToTheNetworkOnlyWhenToldTo() {
    for (String section : List.of("syslog", "gelf")) {
      String host = section + ".host";
      rejects(host, "auth.allowAnonymousNetwork", host, "0.0.0.0", "auth.enabled", true);
      accepts(host, "0.0.0.0", "auth.allowAnonymousNetwork", true);
    }
  }

  @Test
  void shouldHaveAPortForEachListener() {
    rejects("syslog.tcpPort", "http.port", "syslog.tcpPort", 8000);
    rejects("syslog.tcpPort", "gelf.tcpPort", "syslog.tcpPort", 514, "gelf.tcpPort", 514);
    rejects("syslog.tcpPort", "gelf.tcpPort", "gelf.tcpPort", 8000);
    rejects("syslog.udpPort", "gelf.udpPort", "syslog.udpPort", 514, "gelf.udpPort", 514);
    accepts("syslog.tcpPort", 514, "syslog.udpPort", 514, "gelf.tcpPort", 515);
    rejects("syslog.tlsPort", "http.tls.certPath", "syslog.tlsPort", 6514);
    rejects("syslog.timeZone", "time zone", "syslog.timeZone", "Europe/Nowhere");
  }

  @Test
  void shouldServeTheNetworkOnlyWhenToldTo() {
    rejects("http.host", "auth.enabled", "http.host", "0.0.0.0");
    rejects("http.host", "auth.allowAnonymousNetwork", "http.host", "::");
    accepts("http.host", "0.0.0.0", "auth.enabled", true);
    accepts("http.host", "0.0.0.0", "auth.allowAnonymousNetwork", true);
    assertEquals(
        List.of(
            "http.host is \"0.0.0.0\" (LOGAGG_HTTP_HOST): must be a loopback address such as"
                + " 127.0.0.1, unless auth.enabled or auth.allowAnonymousNetwork is true"),
        loading.problems(null, Map.of("LOGAGG_HTTP_HOST", "0.0.0.0")));
  }

  private static JsonArray names(int count) {
    return new JsonArray(IntStream.range(0, count).mapToObj(i -> "n" + i).toList());
  }

  private static JsonArray pairs(String... pairs) {
    return new JsonArray(List.of(pairs));
  }

  @Test
  void shouldTakeNamesOfFieldsThatMeanSomething() {
    for (String list : List.of("message", "timestamp", "level", "app", "service", "drop")) {
      accepts("fields." + list, names(64));
      rejects("fields." + list, "at most 64", "fields." + list, names(65));
      rejects("fields." + list, "names or paths", "fields." + list, pairs("a", ""));
    }
    accepts("fields.app", pairs("service"));
    rejects("fields.drop", "beside", "fields.drop", pairs("x", "app"));
    accepts("redaction.fields", names(256));
    rejects("redaction.fields", "at most 256", "redaction.fields", names(257));
    rejects("redaction.fields", "beside", "redaction.fields", pairs("message"));
  }

  @Test
  void shouldTakeConstantsAndPatternsOnce() {
    accepts("fields.add", pairs("app=a", "env=x=y", "level=WARN"));
    rejects("fields.add", "once", "fields.add", pairs("env=x", "env=y"));
    rejects("fields.add", "once", "fields.add", pairs("message=x"));
    for (String wrong : List.of("env", "=x", "env=", "a\n=b", "env=" + "x".repeat(257))) {
      rejects("fields.add", "env=production", "fields.add", pairs(wrong));
    }
    accepts("redaction.patterns", pairs("order=ORD=[0-9]{2,4}", "x=."));
    accepts("redaction.patterns", pairs("x=" + "y".repeat(512)));
    rejects("redaction.patterns", "once", "redaction.patterns", pairs("x=a", "x=b"));
    rejects("redaction.patterns", "once", "redaction.patterns", pairs("email=a"));
    rejects("redaction.patterns", "once", "redaction.patterns", pairs("field=a"));
    for (String wrong : List.of("order", "=x", "x=", "A=b", "x=" + "y".repeat(513))) {
      rejects("redaction.patterns", "ORD-", "redaction.patterns", pairs(wrong));
    }
    String[] many = IntStream.range(0, 33).mapToObj(i -> "n" + i + "=x").toArray(String[]::new);
    rejects("redaction.patterns", "at most 32", "redaction.patterns", pairs(many));
    accepts("redaction.builtin", pairs("email", "credit_card", "bearer", "url_password"));
    rejects("redaction.builtin", "credit_card", "redaction.builtin", pairs("phone"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1", "127.9.9.9", "::1", "0:0:0:0:0:0:0:1", "localhost", "LocalHost"})
  void shouldKnowLoopback(String host) {
    assertTrue(Loopback.includes(host));
    accepts("http.host", host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "10.0.0.1",
        "::",
        "fe80::1",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "128.0.0.1"
      })
  void shouldKnowWhatIsBeyondLoopback(String host) {
    assertFalse(Loopback.includes(host));
    rejects("http.host", "auth.enabled", "http.host", host);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "http://localhost", "localhost:8000", "[::1]", "a b", "-a"})
  void shouldRejectWhatIsNoHost(String host) {
    rejects("http.host", "must be a host name or an IP address", "http.host", host);
  }

  @Test
  void shouldKeepARecordWithinABody() {
    accepts("http.maxRecordBytes", 4096, "http.maxBodyBytes", 4096);
    rejects(
        "http.maxRecordBytes",
        "http.maxBodyBytes",
        "http.maxRecordBytes",
        4097,
        "http.maxBodyBytes",
        4096);
  }

  @Test
  void shouldWantBothTlsFilesOrNone() {
    rejects("http.tls.keyPath", "http.tls.certPath", "http.tls.certPath", "c.pem");
    rejects("http.tls.certPath", "http.tls.keyPath", "http.tls.keyPath", "k.pem");
    Config config =
        loading
            .load(json("http.tls.certPath", "c.pem", "http.tls.keyPath", "k.pem"), Map.of())
            .config();
    assertTrue(config.http().tls().enabled());
    assertFalse(Config.defaults().http().tls().enabled());
  }

  @Test
  void shouldKeepRoomForADeadLetterOfAnySize() {
    rejects(
        "dlq.maxBytes",
        "http.maxRecordBytes",
        "http.maxRecordBytes",
        2 << 20,
        "dlq.maxBytes",
        1 << 20);
  }

  @Test
  void shouldKeepStreamAndDeadLettersApart() {
    rejects("stream.dlqKey", "stream.key", "stream.dlqKey", "logs:stream");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stream.key", "stream.group", "stream.dlqKey"})
  void shouldRejectBlankNames(String key) {
    rejects(key, "not blank", key, "");
    rejects(key, "not blank", key, "  ");
    rejects(key, "control", key, "a\nb");
    rejects(key, "256", key, "a".repeat(257));
    accepts(key, "a".repeat(256));
  }

  @ParameterizedTest
  @CsvSource({"0,0,1", "1,0,0", "1,0,1", "0,1,1"})
  void shouldAcceptRolesThatFitTogether(int http, int consumer, int persistence) {
    accepts(
        "http.instances",
        http,
        "consumer.instances",
        consumer,
        "persistence.instances",
        persistence);
  }

  @Test
  void shouldRejectRolesThatDoNotFitTogether() {
    rejects(
        "persistence.instances",
        "consumer.instances",
        "consumer.instances",
        1,
        "persistence.instances",
        0);
    rejects(
        "http.instances",
        "persistence.instances",
        "http.instances",
        0,
        "consumer.instances",
        0,
        "persistence.instances",
        0);
  }

  @Test
  void shouldKeepPortsApart() {
    rejects("embedded.postgresPort", "http.port", "embedded.postgresPort", 8000);
    rejects("embedded.redisPort", "http.port", "embedded.redisPort", 8000);
    rejects(
        "embedded.postgresPort",
        "embedded.redisPort",
        "embedded.postgresPort",
        7000,
        "embedded.redisPort",
        7000);
    accepts("http.port", 0, "embedded.postgresPort", 0, "embedded.redisPort", 0);
  }

  @Test
  void shouldAcceptAuthWithoutAnAdminKey() {
    accepts("auth.enabled", true);
  }

  @Test
  void shouldNotApplyARuleToAKeyThatIsWrongItself() {
    rejects("auth.enabled", "true or false", "http.host", "0.0.0.0", "auth.enabled", "yes");
    rejects("auth", "object", "http.host", "0.0.0.0", "auth", 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "https://a.example", "http://localhost:5173", "moz-extension://abc"})
  void shouldAcceptOrigins(String origin) {
    accepts("http.corsOrigins", List.of(origin));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a.example",
        "https://a.example/",
        "https://a.example/x",
        "https://*.a.example"
      })
  void shouldRejectWhatIsNoOrigin(String origin) {
    rejects("http.corsOrigins", "without a path", "http.corsOrigins", List.of(origin));
    rejects("http.corsOrigins", "list of strings", "http.corsOrigins", List.of(1));
  }
}
