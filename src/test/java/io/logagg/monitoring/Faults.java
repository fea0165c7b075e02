package io.logagg.monitoring;

import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import io.logagg.testing.FreePorts;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestCertificate;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Breaks the real thing for each alert, and mends it. */
final class Faults implements AutoCloseable {
  private static final Pattern USED_MEMORY = Pattern.compile("used_memory:(\\d+)");

  private final Scene scene;
  private final Traffic traffic;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  Faults(Scene scene, Traffic traffic) {
    this.scene = scene;
    this.traffic = traffic;
  }

  /** Something that may fail. */
  interface Action {
    void run() throws Exception;
  }

  /**
   * One fault.
   *
   * @param alerts that are to fire upon it
   */
  record Fault(List<String> alerts, Action make, Action mend) {}

  private static Fault fault(Action make, Action mend, String... alerts) {
    return new Fault(List.of(alerts), make, mend);
  }

  List<Fault> all() {
    List<Fault> all = new ArrayList<>();
    all.add(
        fault(this::tightenLimits, this::loosenLimits, "LogaggDiskLow", "LogaggRetentionBehind"));
    all.add(fault(this::crowd, this::closeAll, "LogaggConnectionsRefused"));
    all.add(
        fault(this::garbleCertificate, scene::serveGoodCertificate, "LogaggCertificateRefused"));
    all.add(fault(this::expire, scene::serveGoodCertificate, "LogaggCertificateExpires"));
    all.add(fault(this::startOther, this::stopOther, "LogaggVersionsDiffer"));
    all.add(fault(this::trimStream, () -> {}, "LogaggEntriesLost"));
    all.add(
        fault(
            () -> ingest("bad", 3 * Scene.MAX_DEAD_LETTERS), () -> {}, "LogaggDeadLettersDropped"));
    all.add(fault(() -> ingest("bad", 150), () -> {}, "LogaggDeadLettersRising"));
    all.add(fault(this::lockLogs, this::closeAll, "LogaggQueriesFail"));
    all.add(fault(this::slowInserts, () -> sql("DROP FUNCTION slow CASCADE"), "LogaggCommitsSlow"));
    all.add(fault(this::spoilColumn, this::mendColumn, "LogaggErrors"));
    all.add(fault(this::fillRedis, () -> maxMemory(0), "LogaggRedisMemoryHigh"));
    all.add(fault(scene.redis::kill, scene.redis::start, "LogaggRedisDown"));
    all.add(fault(scene.postgres::kill, scene.postgres::start, "LogaggPostgresDown"));
    all.add(
        fault(
            this::loseWorker,
            this::findWorker,
            "LogaggDown",
            "LogaggRoleMissing",
            "LogaggRecordsWait",
            "LogaggBacklogNearLimit",
            "LogaggIngestRefused"));
    return all;
  }

  private void loseWorker() {
    scene.worker.kill();
    ingest(Api.record("shop", "waits"), 8 * Scene.MAX_PENDING_RECORDS / 10);
  }

  private void findWorker() {
    Scene.restart(scene.worker);
  }

  private void ingest(String line, int times) {
    int status = traffic.ingest(line, times);
    if (status != 202 && status != 400) {
      throw new AssertionError("ingest was answered " + status);
    }
  }

  /** Between what the alert is for and what ingest is refused for. */
  private void fillRedis() {
    Matcher used = USED_MEMORY.matcher(String.valueOf(scene.redis.call("INFO", "memory")));
    if (!used.find()) {
      throw new AssertionError("Redis does not say what it uses");
    }
    maxMemory(Long.parseLong(used.group(1)) * 10 / 9);
  }

  private void maxMemory(long bytes) {
    scene.redis.call("CONFIG", "SET", "maxmemory", String.valueOf(bytes));
  }

  private void sql(String statements) throws SQLException {
    try (Connection connection = scene.postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(statements);
    }
  }

  /** A time that is text by now is not what the program expects. */
  private void spoilColumn() throws SQLException {
    sql("INSERT INTO saved_queries (name, query) VALUES ('any', 'x') ON CONFLICT DO NOTHING");
    sql("ALTER TABLE saved_queries ALTER created_at DROP DEFAULT, ALTER created_at TYPE text");
  }

  private void mendColumn() throws SQLException {
    sql(
        """
        ALTER TABLE saved_queries ALTER created_at TYPE timestamptz USING created_at::timestamptz,
          ALTER created_at SET DEFAULT now()""");
  }

  private void slowInserts() throws SQLException {
    sql(
        """
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN PERFORM pg_sleep(3); RETURN NULL; END $$;
        CREATE TRIGGER slow BEFORE INSERT ON logs FOR EACH STATEMENT EXECUTE FUNCTION slow()""");
  }

  private void lockLogs() throws SQLException {
    Connection connection = scene.postgres.connect();
    open.push(connection);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE logs IN ACCESS EXCLUSIVE MODE");
    }
  }

  @Override
  public void close() {
    try {
      closeAll();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void closeAll() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  /** What a worker had and could not store is deleted before another can take it over. */
  private void trimStream() {
    scene.postgres.kill();
    Eventually.value("what a worker has", this::pending, pending -> pending > 0);
    scene.worker.kill();
    scene.redis.call("XTRIM", "logs:stream", "MAXLEN", "0");
    scene.postgres.start();
    Scene.restart(scene.worker);
  }

  private long pending() {
    return scene.redis.call("XPENDING", "logs:stream", "ingest-group").get(0).toLong();
  }

  /** The same jar, but for what its manifest says. */
  private void startOther() throws IOException {
    Path jar = scene.folder().resolve("other.jar");
    Files.copy(Path.of(RunningLogagg.jar()), jar);
    try (FileSystem zip = FileSystems.newFileSystem(jar)) {
      Path manifest = zip.getPath("META-INF/MANIFEST.MF");
      String text = Files.readString(manifest);
      Files.writeString(
          manifest,
          text.replaceFirst("(?m)^Implementation-Version: .*$", "Implementation-Version: 99"));
    }
    int port = FreePorts.next();
    Process other = scene.startFrom(jar, port);
    open.push(() -> end(other));
    scene.alsoScrape("\"127.0.0.1:" + port + "\"");
  }

  private void stopOther() throws Exception {
    scene.alsoScrape("");
    closeAll();
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(40, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  private void expire() {
    TestCertificate soon = TestCertificate.make(scene.folder(), "EC", "soon", 2);
    scene.serve(soon.certPem(), soon);
  }

  private void garbleCertificate() {
    TestCertificate.replace(scene.folder().resolve("cert.pem"), "no certificate");
  }

  /** More connections than there may be, and ever new ones. */
  private void crowd() {
    URI address = URI.create(scene.api.base());
    Deque<Socket> sockets = new ArrayDeque<>();
    Thread thread =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                try {
                  sockets.add(new Socket(address.getHost(), address.getPort()));
                  if (sockets.size() > 60) {
                    sockets.removeLast().close();
                  }
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
                LockSupport.parkNanos(50_000_000L);
              }
            });
    thread.setDaemon(true);
    thread.start();
    open.push(
        () -> {
          thread.interrupt();
          thread.join();
          for (Socket socket : sockets) {
            socket.close();
          }
        });
  }

  private void tightenLimits() throws IOException, InterruptedException {
    scene.storeInSingle();
    scene.singleSettings.put("LOGAGG_EMBEDDED_MIN_FREE_BYTES", String.valueOf(1L << 50));
    scene.singleSettings.put("LOGAGG_RETENTION_MAX_BYTES", "1");
    Scene.restart(scene.single);
  }

  private void loosenLimits() {
    scene.singleSettings.put("LOGAGG_EMBEDDED_MIN_FREE_BYTES", "1");
    scene.singleSettings.put("LOGAGG_RETENTION_MAX_BYTES", "0");
    Scene.restart(scene.single);
  }
}
