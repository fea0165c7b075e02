package io.logagg.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.embedded.EmbeddedException.Reason;
import io.logagg.embedded.ServerStatus.State;
import io.logagg.testing.Eventually;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EmbeddedServersTest {
  private static Clients clients;

  @TempDir Path temp;

  @BeforeAll
  static void openClients() {
    clients = new Clients();
  }

  @AfterAll
  static void closeClients() {
    clients.close();
  }

  @Test
  void shouldKeepDataAndUrlsAcrossRestart() throws Exception {
    Path data = temp.resolve("with space and ' quote");
    String postgresUrl;
    String redisUrl;
    List<Long> pids;
    try (EmbeddedServers servers = started(data)) {
      postgresUrl = servers.postgresUrl().orElseThrow();
      redisUrl = servers.redisUrl().orElseThrow();
      pids = servers.statuses().stream().map(ServerStatus::pid).toList();
      writeSomething(postgresUrl, redisUrl);
      assertTrue(servers.statuses().stream().allMatch(ServerStatus::up), "" + servers.statuses());
      assertDurableSettings(postgresUrl, redisUrl);
      assertPrivate(data);
      pids.forEach(EmbeddedServersTest::assertLeadsItsSession);
    }
    assertGone(pids);
    long begin = System.nanoTime();
    try (EmbeddedServers servers = started(data)) {
      System.out.println("later start: " + (System.nanoTime() - begin) / 1_000_000 + " ms");
      assertEquals(postgresUrl, servers.postgresUrl().orElseThrow());
      assertEquals(redisUrl, servers.redisUrl().orElseThrow());
      assertSomethingWritten(postgresUrl, redisUrl);
    }
    String logs = Files.readString(data.resolve("logs/postgres.log"));
    logs += Files.readString(data.resolve("logs/redis.log"));
    assertFalse(logs.contains(passwordIn(postgresUrl)), logs);
    assertFalse(logs.contains(passwordIn(redisUrl)), logs);
  }

  @Test
  void shouldStartFromCopyOfFolder() throws Exception {
    Path original = ReadyFolder.copyTo(temp.resolve("original"));
    try (EmbeddedServers servers = started(original)) {
      writeSomething(servers.postgresUrl().orElseThrow(), servers.redisUrl().orElseThrow());
    }
    Path archive = temp.resolve("backup.tar.gz");
    // The commands of docs/embedded.md.
    tar(
        "-C",
        original.toString(),
        "-czf",
        archive.toString(),
        "--exclude=./bin",
        "--exclude=./logs",
        ".");
    Path restored = Files.createDirectory(temp.resolve("restored"));
    tar("-C", restored.toString(), "-xpzf", archive.toString());
    // The original may be running again meanwhile: the copy has to find ports of its own.
    try (EmbeddedServers first = started(original);
        EmbeddedServers second = started(restored)) {
      assertFalse(first.postgresUrl().equals(second.postgresUrl()));
      assertSomethingWritten(second.postgresUrl().orElseThrow(), second.redisUrl().orElseThrow());
    }
  }

  @Test
  void shouldStartKilledServersAnew() throws Exception {
    try (EmbeddedServers servers = started(ReadyFolder.copyTo(temp.resolve("data")))) {
      String postgresUrl = servers.postgresUrl().orElseThrow();
      String redisUrl = servers.redisUrl().orElseThrow();
      writeSomething(postgresUrl, redisUrl);
      for (ServerStatus status : servers.statuses()) {
        assertTrue(ProcessHandle.of(status.pid()).orElseThrow().destroyForcibly());
      }
      Clients.awaitTrue(
          "both restarted",
          () ->
              servers.statuses().stream()
                  .allMatch(status -> status.up() && status.restarts() == 1));
      assertSomethingWritten(postgresUrl, redisUrl);
    }
  }

  @Test
  void shouldNameFolderInUse() throws Exception {
    Path data = ReadyFolder.copyTo(temp.resolve("data"));
    try (EmbeddedServers servers = started(data)) {
      EmbeddedException here = assertThrows(EmbeddedException.class, () -> started(data));
      assertEquals(Reason.FOLDER_IN_USE, here.reason());
      try (ServersProcess other = new ServersProcess(data)) {
        String output = other.awaitEnd();
        String expected =
            "FOLDER_IN_USE: data folder %s is in use by process %d;"
                .formatted(data.toRealPath(), ProcessHandle.current().pid());
        assertTrue(output.contains(expected), output);
        assertEquals(2, other.exitStatus());
      }
      // Neither of the two has disturbed it.
      assertEquals(List.of("1"), clients.sql(servers.postgresUrl().orElseThrow(), "select 1"));
    }
  }

  @Test
  void shouldRefuseOtherMajorVersion() throws Exception {
    Path data = ReadyFolder.copyTo(temp.resolve("data"));
    Files.writeString(data.resolve("postgres/PG_VERSION"), "17\n");
    EmbeddedException e = assertThrows(EmbeddedException.class, () -> started(data));
    assertEquals(Reason.FOLDER_VERSION, e.reason());
    assertTrue(e.getMessage().contains("is of PostgreSQL 17"), e.getMessage());
    assertTrue(e.getMessage().contains("brings PostgreSQL 18"), e.getMessage());
    assertTrue(e.getMessage().contains("pg_dump -Fc"), e.getMessage());
    assertTrue(e.getMessage().contains("pg_restore"), e.getMessage());
  }

  @Test
  void shouldRefuseFolderOfOtherThings() throws Exception {
    Files.writeString(temp.resolve("thesis.txt"), "precious");
    EmbeddedException e = assertThrows(EmbeddedException.class, () -> started(temp));
    assertEquals(Reason.FOLDER_UNUSABLE, e.reason());
    try (var entries = Files.list(temp)) {
      assertEquals(List.of(temp.resolve("thesis.txt")), entries.toList());
    }
  }

  @Test
  void shouldRefusePortInUseAndLeaveNothingRunning() throws Exception {
    try (var socket = new java.net.ServerSocket(0, 1, Ports.loopback())) {
      Path data = temp.resolve("data");
      EmbeddedServers servers =
          new EmbeddedServers(new EmbeddedOptions(data, false, true, 0, socket.getLocalPort()));
      EmbeddedException e = assertThrows(EmbeddedException.class, servers::start);
      assertEquals(Reason.PORT_IN_USE, e.reason());
      assertTrue(e.getMessage().contains("port " + socket.getLocalPort()), e.getMessage());
      // The folder is free again.
      try (EmbeddedServers redis =
          new EmbeddedServers(new EmbeddedOptions(data, false, true, 0, 0))) {
        redis.start();
        assertTrue(redis.postgresUrl().isEmpty());
        assertEquals("PONG", clients.redis(redis.redisUrl().orElseThrow(), Command.PING));
      }
    }
  }

  /** Once while unpacking, once while initdb runs and Redis is up. */
  @ParameterizedTest
  @ValueSource(strings = {"bin", "logs/redis.log"})
  void shouldStopWhenClosedDuringStart(String appears) throws Exception {
    Path data = temp.resolve("data");
    EmbeddedServers servers = new EmbeddedServers(EmbeddedOptions.both(data));
    CompletableFuture<Reason> outcome =
        CompletableFuture.supplyAsync(
            () -> assertThrows(EmbeddedException.class, servers::start).reason(),
            task -> new Thread(task).start());
    Clients.awaitTrue(appears, () -> Files.exists(data.resolve(appears)) || outcome.isDone());
    servers.close();
    assertEquals(Reason.CLOSED, outcome.get(60, TimeUnit.SECONDS));
    assertTrue(servers.statuses().stream().allMatch(s -> s.state() == State.STOPPED));
    // What was left half-done does not disturb the next start.
    try (EmbeddedServers again = started(data)) {
      assertTrue(again.statuses().stream().allMatch(ServerStatus::up));
      try (var entries = Files.list(data)) {
        assertFalse(entries.anyMatch(p -> p.getFileName().toString().startsWith("tmp-")));
      }
    }
  }

  @Test
  void shouldSetNewPasswordWhenCredentialsAreGone() throws Exception {
    Path data = ReadyFolder.copyTo(temp.resolve("data"));
    String before;
    try (EmbeddedServers servers = started(data)) {
      before = servers.postgresUrl().orElseThrow();
      writeSomething(before, servers.redisUrl().orElseThrow());
    }
    Files.delete(data.resolve("credentials"));
    try (EmbeddedServers servers = started(data)) {
      String after = servers.postgresUrl().orElseThrow();
      assertFalse(passwordIn(before).equals(passwordIn(after)));
      assertSomethingWritten(after, servers.redisUrl().orElseThrow());
      assertThrows(IllegalStateException.class, () -> clients.sql(before, "select 1"));
    }
  }

  static EmbeddedServers started(Path data) throws InterruptedException {
    EmbeddedServers servers = new EmbeddedServers(EmbeddedOptions.both(data));
    servers.start();
    return servers;
  }

  static void assertGone(List<Long> pids) {
    for (long pid : pids) {
      // Whoever inherits a process that has ended may take a moment to notice.
      Eventually.value(
          "the end of process " + pid,
          () -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false),
          alive -> !alive);
    }
  }

  private static void writeSomething(String postgresUrl, String redisUrl) {
    clients.sql(postgresUrl, "create table t as select 'kept'::text as v");
    // Owners of a database may install these; the query layer needs them.
    clients.sql(postgresUrl, "create extension pg_trgm");
    clients.redis(redisUrl, Command.XADD, "s", "1-1", "data", "kept");
  }

  private static void assertSomethingWritten(String postgresUrl, String redisUrl) {
    assertEquals(List.of("kept"), clients.sql(postgresUrl, "select v from t"));
    assertEquals("1", clients.redis(redisUrl, Command.XLEN, "s"));
  }

  private static void assertDurableSettings(String postgresUrl, String redisUrl) {
    for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
      assertEquals(List.of("on"), clients.sql(postgresUrl, "show " + setting));
    }
    assertEquals(List.of("on"), clients.sql(postgresUrl, "show data_checksums"));
    assertEquals(
        List.of("false"),
        clients.sql(postgresUrl, "select rolsuper from pg_roles where rolname = current_user"));
    String info = clients.redis(redisUrl, Command.INFO, "persistence");
    assertTrue(info.contains("aof_enabled:1"), info);
  }

  private static void assertPrivate(Path data) throws IOException {
    assertEquals("rwx------", modeOf(data));
    assertEquals("rw-------", modeOf(data.resolve("credentials")));
    assertEquals("rw-------", modeOf(data.resolve("redis/redis.conf")));
    assertEquals("rwx------", modeOf(data.resolve("postgres")));
  }

  private static String modeOf(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static void assertLeadsItsSession(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String session = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3];
      assertEquals(Long.toString(pid), session);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String passwordIn(String url) {
    return url.replaceFirst("^.*:([^:@]+)@.*$", "$1");
  }

  private static void tar(String... arguments) throws InterruptedException {
    Commands.Result result =
        Commands.run(
            Commands.join(List.of("tar"), List.of(arguments)),
            Path.of("/"),
            "",
            java.time.Duration.ofSeconds(30));
    assertTrue(result.ok(), result.output());
  }
}
