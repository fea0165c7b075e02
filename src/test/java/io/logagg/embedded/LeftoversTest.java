package io.logagg.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.redis.client.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeftoversTest {
  @TempDir Path temp;

  @Test
  void shouldStopServersOfKilledProcessAndKeepTheirData() throws Exception {
    Path data = ReadyFolder.copyTo(temp.resolve("data"));
    try (Clients clients = new Clients();
        ServersProcess killed = new ServersProcess(data).awaitReady()) {
      clients.sql(killed.postgresUrl, "create table t as select 1 as v");
      clients.redis(killed.redisUrl, Command.XADD, "s", "1-1", "data", "kept");
      killed.kill();
      // The point of the test: they did not die with it.
      for (long pid : killed.pids) {
        assertTrue(ProcessHandle.of(pid).orElseThrow().isAlive());
      }
      assertEquals(2, killed.pids.size());
      try (EmbeddedServers servers = EmbeddedServersTest.started(data)) {
        Clients.awaitTrue(
            "old servers are gone",
            () -> killed.pids.stream().allMatch(pid -> ProcessHandle.of(pid).isEmpty()));
        assertEquals(killed.postgresUrl, servers.postgresUrl().orElseThrow());
        assertEquals(List.of("1"), clients.sql(killed.postgresUrl, "select v from t"));
        assertEquals("1", clients.redis(killed.redisUrl, Command.XLEN, "s"));
      }
    }
  }

  @Test
  void shouldNotBeStoppedByPidFileThatNamesAnotherProgram() throws Exception {
    Path data = ReadyFolder.copyTo(temp.resolve("data"));
    Process foreign = new ProcessBuilder("sleep", "600").start();
    try {
      Files.writeString(
          data.resolve("postgres/postmaster.pid"),
          foreign.pid() + "\n" + data.resolve("postgres") + "\n1\n5432\n\n127.0.0.1\n1 1\nready\n");
      try (EmbeddedServers servers = EmbeddedServersTest.started(data)) {
        assertTrue(servers.statuses().stream().allMatch(ServerStatus::up));
        assertTrue(foreign.isAlive(), "a program that is not ours was stopped");
      }
    } finally {
      foreign.destroyForcibly();
    }
  }

  @Test
  void shouldFindNoProcessOfAnotherFolder() {
    assertFalse(
        ProcessHandle.allProcesses().findAny().isEmpty(), "this system shows no processes at all");
    assertEquals(List.of(), Leftovers.find("postgres", temp, temp.toString()));
    assertEquals(List.of(), Leftovers.find("java", temp, temp.toString()));
  }
}
