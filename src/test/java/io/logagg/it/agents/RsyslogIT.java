package io.logagg.it.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestCertificate;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** rsyslog's omfwd, in the ways that it can send, and while logagg is away for a while. */
class RsyslogIT {
  private static final Path PROGRAM = Path.of("/usr/sbin/rsyslogd");

  private final int input = FreePorts.next();
  private final int tcp = FreePorts.next();
  private final int tls = FreePorts.next();
  private final int udp = FreePorts.next();

  @TempDir private Path folder = Path.of("");
  private TestServers servers;
  private RunningLogagg logagg;
  private Process rsyslog;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(Files.isExecutable(PROGRAM), "rsyslogd is not installed");
    TestCertificate certificate = TestCertificate.make(folder, "EC", "syslog");
    Files.writeString(folder.resolve("cert.pem"), certificate.certPem());
    Files.writeString(folder.resolve("key.pem"), certificate.keyPem());
    servers = TestServers.reset();
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (rsyslog != null) {
      rsyslog.destroy();
      if (!rsyslog.waitFor(10, TimeUnit.SECONDS)) {
        rsyslog.destroyForcibly();
      }
    }
    if (logagg != null) {
      logagg.close();
    }
  }

  private Map<String, String> environment(boolean withTls) {
    Map<String, String> all = new HashMap<>();
    all.put("LOGAGG_SYSLOG_TCP_PORT", "" + tcp);
    all.put("LOGAGG_SYSLOG_UDP_PORT", "" + udp);
    all.put("DATABASE_URL", servers.postgresUrl());
    all.put("REDIS_URL", servers.redisUrl());
    if (withTls) {
      all.put("LOGAGG_SYSLOG_TLS_PORT", "" + tls);
      all.put("LOGAGG_HTTP_TLS_CERT_PATH", folder.resolve("cert.pem").toString());
      all.put("LOGAGG_HTTP_TLS_KEY_PATH", folder.resolve("key.pem").toString());
    }
    return all;
  }

  private RunningLogagg launch(String name, boolean withTls) throws IOException {
    return RunningLogagg.start(Files.createDirectory(folder.resolve(name)), environment(withTls));
  }

  /** One that takes messages at a port of its own, and sends each where its app says. */
  private void startRsyslog(String... rules) throws IOException {
    String head =
        """
        global(workDirectory="%1$s" DefaultNetstreamDriverCAFile="%1$s/cert.pem")
        module(load="imtcp" StreamDriver.Name="ptcp")
        input(type="imtcp" address="127.0.0.1" port="%2$d")
        """
            .formatted(folder, input);
    Path conf =
        Files.writeString(folder.resolve("rsyslog.conf"), head + String.join("\n", rules) + "\n");
    rsyslog =
        new ProcessBuilder(
                PROGRAM.toString(),
                "-n",
                "-f",
                conf.toString(),
                "-i",
                folder.resolve("rsyslog.pid").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("rsyslog.log").toFile())
            .start();
    Eventually.value("rsyslog", this::isListening, up -> up);
  }

  private boolean isListening() {
    try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), input)) {
      return probe.isConnected();
    } catch (ConnectException e) {
      return false;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void log(List<String> messages) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), input)) {
      socket
          .getOutputStream()
          .write((String.join("\n", messages) + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String rule(String app, String options) {
    return "if $programname == '%s' then action(type=\"omfwd\" target=\"127.0.0.1\" %s)"
        .formatted(app, options);
  }

  @Test
  void shouldTakeWhatItSendsInAnyWay() throws IOException {
    logagg = launch("ways", true);
    String modern = " template=\"RSYSLOG_SyslogProtocol23Format\"";
    startRsyslog(
        rule(
            "counted",
            "protocol=\"tcp\" TCP_Framing=\"octet-counted\" port=\"" + tcp + '"' + modern),
        rule("lines", "protocol=\"tcp\" port=\"" + tcp + '"' + modern),
        rule(
            "bsd",
            "protocol=\"tcp\" port=\"%d\" template=\"RSYSLOG_TraditionalForwardFormat\""
                .formatted(tcp)),
        rule(
            "forward",
            "protocol=\"tcp\" port=\"%d\" template=\"RSYSLOG_ForwardFormat\"".formatted(tcp)),
        rule("datagram", "protocol=\"udp\" port=\"" + udp + '"' + modern),
        rule(
            "secure",
            "protocol=\"tcp\" TCP_Framing=\"octet-counted\" port=\"%d\" StreamDriver=\"ossl\""
                    .formatted(tls)
                + " StreamDriverMode=\"1\" StreamDriverAuthMode=\"anon\""
                + modern));
    List<String> apps = List.of("counted", "lines", "bsd", "forward", "datagram", "secure");
    log(
        apps.stream()
            .map(app -> "<11>1 2026-01-02T03:04:05.123456Z web1 " + app + " 77 - - it is ü")
            .toList());
    // HTTP speaks TLS here too, so another process is asked.
    try (RunningLogagg reader = reader()) {
      Api api = new Api(reader);
      for (String app : apps) {
        api.awaitMessages(app, List.of("it is ü"));
        JsonNode record = api.pages("/api/v1/logs?app=" + app).get(0);
        assertEquals("ERROR", record.path("level").asText(), app);
        assertEquals("web1", record.path("metadata_").path("host").asText(), app);
        assertEquals("user", record.path("metadata_").path("facility").asText(), app);
        String time = record.path("timestamp").asText();
        boolean seconds = app.equals("bsd");
        assertEquals(seconds ? "03:04:05Z" : "03:04:05.123456Z", time.substring(11), app);
      }
    }
  }

  private RunningLogagg reader() throws IOException {
    return RunningLogagg.start(
        Files.createDirectory(folder.resolve("reader")),
        Map.of("DATABASE_URL", servers.postgresUrl(), "REDIS_URL", servers.redisUrl()));
  }

  @Test
  void shouldLoseAndDoubleNothingWhenItIsStartedAnew() throws IOException {
    logagg = launch("before", false);
    startRsyslog(
        rule(
            "outage",
            ("protocol=\"tcp\" TCP_Framing=\"octet-counted\" port=\"%d\""
                    + " template=\"RSYSLOG_SyslogProtocol23Format\" queue.type=\"LinkedList\""
                    + " queue.size=\"100000\" action.resumeRetryCount=\"-1\" action.resumeInterval=\"1\"")
                .formatted(tcp)));
    log(messages(0, 3000));
    // It is stopped while these come in.
    Eventually.value("the first", () -> new Api(logagg).total("?app=outage"), total -> total > 0);
    log(messages(3000, 6000));
    logagg.stop();
    log(messages(6000, 7000));
    logagg = launch("after", false);
    log(messages(7000, 8000));
    new Api(logagg)
        .awaitMessages("outage", IntStream.range(0, 8000).mapToObj(i -> "message " + i).toList());
  }

  private static List<String> messages(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> "<13>1 - web1 outage - - - message " + i)
        .toList();
  }
}
