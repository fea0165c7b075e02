package io.logagg.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RunAsTest {
  private static final int OTHER_UID = 65534;

  /** Under /tmp and not in JUnit's folder, which only root may enter. */
  @Test
  void shouldRunAsOwnerOfFolderWhenRootStartsIt() throws Exception {
    assumeTrue(RunAs.isRoot(), "only root can hand a folder to somebody");
    Path parent = Files.createTempDirectory("logagg-owner");
    try {
      Files.setPosixFilePermissions(
          parent, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
      Path data = Files.createDirectory(parent.resolve("data"));
      Files.setAttribute(data, "unix:uid", OTHER_UID);
      Files.setAttribute(data, "unix:gid", OTHER_UID);
      try (Clients clients = new Clients();
          EmbeddedServers servers = EmbeddedServersTest.started(data)) {
        for (ServerStatus status : servers.statuses()) {
          assertEquals(OTHER_UID, uidOf(Path.of("/proc/" + status.pid())));
        }
        assertEquals(List.of("1"), clients.sql(servers.postgresUrl().orElseThrow(), "select 1"));
      }
      // So that the owner can use the folder alone afterwards.
      try (var files = Files.walk(data)) {
        List<Path> foreign = files.filter(file -> uidOf(file) != OTHER_UID).toList();
        assertTrue(foreign.isEmpty(), foreign.toString());
      }
    } finally {
      DataFolder.deleteTree(parent);
    }
  }

  private static int uidOf(Path file) {
    try {
      return (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
