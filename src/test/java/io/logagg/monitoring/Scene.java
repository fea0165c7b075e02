package io.logagg.monitoring;

import io.logagg.crash.LogaggProcess;
import io.logagg.crash.PostgresProcess;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RedisProcess;
import io.logagg.testing.TestCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the alerts are about: an API process and a worker on a PostgreSQL and a Redis of their own,
 * with limits that are soon met; and one that has embedded servers and speaks HTTPS.
 */
final class Scene implements AutoCloseable {
  static final int MAX_PENDING_RECORDS = 1000;
  static final int MAX_DEAD_LETTERS = 200;
  private static final long START_NANOS = TimeUnit.MINUTES.toNanos(3);

  final PostgresProcess postgres;
  final RedisProcess redis;
  final LogaggProcess api;
  final LogaggProcess worker;
  final LogaggProcess single;

  /** What is set for {@code single} when it is started next. */
  final Map<String, String> singleSettings = new HashMap<>();

  private final AtomicBoolean closed = new AtomicBoolean();
  private final Path folder;
  private final int workerPort = FreePorts.next();
  private final TestCertificate certificate;

  private Scene(Path folder) throws Exception {
    this.folder = folder;
    postgres = PostgresProcess.in(Files.createDirectories(folder.resolve("postgres")));
    redis = RedisProcess.in(Files.createDirectories(folder.resolve("redis")));
    certificate = TestCertificate.make(folder, "EC", "good", 365);
    serve(certificate.certPem(), certificate);
    api = new LogaggProcess(folder.resolve("api"), settings(0, Map.of()));
    worker =
        new LogaggProcess(
            folder.resolve("worker"),
            settings(
                1,
                Map.of(
                    "LOGAGG_HTTP_INSTANCES",
                    "0",
                    "LOGAGG_METRICS_PORT",
                    String.valueOf(workerPort))));
    singleSettings.putAll(
        Map.of(
            "LOGAGG_HTTP_TLS_CERT_PATH", folder.resolve("cert.pem").toString(),
            "LOGAGG_HTTP_TLS_KEY_PATH", folder.resolve("key.pem").toString()));
    single = new LogaggProcess(folder.resolve("single"), singleSettings);
  }

  static Scene start(Path folder) throws Exception {
    Scene scene = new Scene(folder);
    // They run in sessions of their own: what interrupts the test does not reach them.
    Runtime.getRuntime().addShutdownHook(new Thread(scene::close));
    try {
      scene.postgres.start();
      scene.redis.start();
      restart(scene.api);
      restart(scene.worker);
      restart(scene.single);
    } catch (RuntimeException | Error e) {
      scene.close();
      throw e;
    }
    return scene;
  }

  private Map<String, String> settings(int consumers, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("LOGAGG_POSTGRES_URL", postgres.urlAt(postgres.port()));
    settings.put("LOGAGG_REDIS_URL", redis.url());
    settings.put("LOGAGG_CONSUMER_INSTANCES", String.valueOf(consumers));
    settings.put("LOGAGG_PERSISTENCE_INSTANCES", "1");
    settings.put("LOGAGG_STREAM_MAX_PENDING_RECORDS", String.valueOf(MAX_PENDING_RECORDS));
    settings.put("LOGAGG_HTTP_MAX_CONNECTIONS", "40");
    settings.put("LOGAGG_DLQ_MAX_RECORDS", String.valueOf(MAX_DEAD_LETTERS));
    settings.put("LOGAGG_CONSUMER_CLAIM_IDLE_MS", "20000");
    settings.put("LOGAGG_POSTGRES_QUERY_TIMEOUT_MS", "1000");
    settings.put("LOGAGG_POSTGRES_WRITE_TIMEOUT_MS", "20000");
    return settings;
  }

  /** Starts it, anew if it runs, and waits until it is ready. */
  static void restart(LogaggProcess process) {
    process.terminateIfItRuns();
    process.start();
    Eventually.value(
        "a ready line",
        START_NANOS,
        () -> process.isReady() ? "ready" : process.lastWords(),
        "ready"::equals);
  }

  /** A process of the same installation as the API and the worker, from another jar. */
  Process startFrom(Path jar, int port) throws IOException {
    Path place = Files.createDirectories(folder.resolve("other"));
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-jar",
                jar.toString())
            .directory(place.toFile())
            .redirectErrorStream(true)
            .redirectOutput(place.resolve("out.log").toFile());
    builder.environment().putAll(settings(0, Map.of("LOGAGG_HTTP_PORT", String.valueOf(port))));
    return builder.start();
  }

  /** Has these files be the certificate and the key of {@code single}. */
  void serve(String certificate, TestCertificate keyOf) {
    TestCertificate.replace(folder.resolve("cert.pem"), certificate);
    TestCertificate.replace(folder.resolve("key.pem"), keyOf.keyPem());
  }

  /** The certificate that is good for a year. */
  void serveGoodCertificate() {
    serve(certificate.certPem(), certificate);
  }

  Path folder() {
    return folder;
  }

  /** Has {@code single} store a record. */
  void storeInSingle() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://" + authority(single) + "/api/v1/logs"))
            .header("Content-Type", Api.JSON)
            .POST(BodyPublishers.ofString(Api.record("shop", "one")))
            .build();
    Api.expect(201, TestCertificate.client(certificate).send(request, BodyHandlers.ofString()));
  }

  /** Further targets of the job logagg, as Prometheus reads them from a file. */
  void alsoScrape(String targets) throws IOException {
    TestCertificate.replace(
        folder.resolve("more.json"), "[{\"targets\": [%s]}]".formatted(targets));
  }

  String scrapeConfigs() {
    return """
      - job_name: logagg
        static_configs: [{targets: ["%s", "127.0.0.1:%d"]}]
        file_sd_configs: [{files: ["%s"], refresh_interval: 1s}]
      - job_name: logagg-single
        scheme: https
        tls_config: {insecure_skip_verify: true}
        static_configs: [{targets: ["%s"]}]
    """
        .formatted(authority(api), workerPort, folder.resolve("more.json"), authority(single));
  }

  static String authority(LogaggProcess process) {
    return URI.create(process.base()).getAuthority();
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    for (LogaggProcess process : new LogaggProcess[] {api, worker, single}) {
      process.terminateIfItRuns();
    }
    redis.close();
    postgres.close();
  }
}
