package io.logagg.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A real Prometheus that scrapes every second and has the alert rules, made impatient. */
final class PrometheusServer implements AutoCloseable {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Process process;
  private final String base;

  private PrometheusServer(Process process, String base) {
    this.process = process;
    this.base = base;
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param scrapeConfigs in YAML
   */
  static PrometheusServer start(Path program, Path folder, String scrapeConfigs) {
    String address = "127.0.0.1:" + FreePorts.next();
    try {
      Files.writeString(folder.resolve("rules.yml"), AlertRules.shortened());
      Files.writeString(
          folder.resolve("prometheus.yml"),
          """
          global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
          rule_files: [rules.yml]
          scrape_configs:
          %s"""
              .formatted(scrapeConfigs));
      Process process =
          new ProcessBuilder(
                  program.toString(),
                  "--config.file=" + folder.resolve("prometheus.yml"),
                  "--storage.tsdb.path=" + folder.resolve("series"),
                  "--web.listen-address=" + address,
                  "--log.level=warn")
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("prometheus.log").toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
      PrometheusServer server = new PrometheusServer(process, "http://" + address);
      Eventually.value("Prometheus", server::isReady, ready -> ready);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isReady() {
    if (!process.isAlive()) {
      throw new AssertionError("Prometheus ended with " + process.exitValue());
    }
    try {
      return send("/-/ready").startsWith("Prometheus Server is Ready");
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private String send(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20)).build();
    try {
      return CLIENT.send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private JsonNode data(String path) {
    JsonNode answer = Api.parse(send("/api/v1/" + path));
    if (!answer.path("status").asText().equals("success")) {
      throw new AssertionError(path + ": " + answer);
    }
    return answer.path("data");
  }

  /** What an expression is now; fails if it is none. */
  JsonNode query(String expression) {
    return data("query?query=" + Api.encode(expression)).path("result");
  }

  /** One of each alert that fires, by name. */
  Map<String, JsonNode> firing() {
    Map<String, JsonNode> firing = new TreeMap<>();
    for (JsonNode alert : data("alerts").path("alerts")) {
      if (alert.path("state").asText().equals("firing")) {
        firing.put(alert.path("labels").path("alertname").asText(), alert);
      }
    }
    return firing;
  }

  /** The health of all targets. */
  List<String> targets() {
    return Api.texts(data("targets?state=active").path("activeTargets"), "health");
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
