package io.logagg.embedded;

import io.logagg.embedded.EmbeddedException.Reason;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Unpacks the programs that the jar brings along into {@code bin/<version>} of the data folder,
 * once per version. A folder of that name is complete: it is filled under another name, written
 * through to the disk and then renamed.
 */
final class BundledBinaries {
  private static final Duration SYNC_LIMIT = Duration.ofMinutes(5);
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(30);

  private final DataFolder folder;

  BundledBinaries(DataFolder folder) {
    this.folder = folder;
  }

  /** The folder that holds {@code bin}, {@code lib} and {@code share} of PostgreSQL. */
  Path postgres(Platform platform) throws IOException, InterruptedException {
    return unpacked("postgres", platform.postgresResource, BundledBinaries::untar);
  }

  /** The folder that holds {@code redis-server}. */
  Path redis(Platform platform) throws IOException, InterruptedException {
    return unpacked(
        "redis",
        platform.redisResource,
        (stream, target) -> {
          Path server = target.resolve("redis-server");
          Files.copy(stream, server);
          makeExecutable(server);
        });
  }

  /**
   * Asks a program for its version, which also shows whether it runs on this system at all.
   *
   * @return what it printed, such as {@code postgres (PostgreSQL) 18.6}
   */
  String version(Path program) throws InterruptedException {
    Commands.Result result =
        Commands.run(List.of(program.toString(), "--version"), folder.root(), "", PROBE_LIMIT);
    if (result.ok()) {
      return result.output();
    }
    // Typical: musl instead of glibc, a file system mounted noexec, a C++ library missing.
    throw new EmbeddedException(
        Reason.PLATFORM,
        "the bundled %s does not run on this system (it needs glibc 2.27 or later, libstdc++ and a file system without noexec): %s; %s"
            .formatted(
                program.getFileName(),
                result.output().lines().findFirst().orElse("exit status " + result.exit()),
                EmbeddedException.OWN_SERVERS));
  }

  private interface Unpacking {
    void unpack(InputStream stream, Path target) throws IOException;
  }

  private Path unpacked(String name, String resource, Unpacking unpacking)
      throws IOException, InterruptedException {
    URLConnection connection = open(resource);
    String version = name + "-" + fingerprint(connection);
    Path target = folder.bin().resolve(version);
    if (!Files.isDirectory(target)) {
      Path temp = folder.temp(version);
      Files.createDirectory(temp);
      try (InputStream stream = connection.getInputStream()) {
        unpacking.unpack(stream, temp);
      }
      folder.claimTree(temp);
      sync(temp);
      Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE);
      removeOthers(name, target);
    }
    return target;
  }

  private static URLConnection open(String resource) throws IOException {
    URL url = BundledBinaries.class.getResource("/" + resource);
    if (url == null) {
      throw new FileNotFoundException("the jar lacks " + resource);
    }
    return url.openConnection();
  }

  /** Tells two versions apart without reading megabytes: the jar's index has the checksum. */
  private static String fingerprint(URLConnection connection) throws IOException {
    if (connection instanceof JarURLConnection jar) {
      return String.format("%08x", jar.getJarEntry().getCrc());
    }
    return Long.toString(connection.getContentLengthLong());
  }

  private static void untar(InputStream stream, Path target) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(stream, 1 << 16)))) {
      TarArchiveEntry entry;
      while ((entry = tar.getNextEntry()) != null) {
        // Static libraries are for building extensions.
        if (!entry.getName().endsWith(".a")) {
          extract(tar, entry, target);
        }
      }
    }
  }

  private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
      throws IOException {
    Path path = target.resolve(entry.getName()).normalize();
    if (!path.startsWith(target)) {
      throw new IOException("archive entry outside of its folder: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Path parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, path);
    if ((entry.getMode() & 0100) != 0) {
      makeExecutable(path);
    }
  }

  private static void makeExecutable(Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** A rename may reach the disk before the contents do; after a power cut files would be empty. */
  private void sync(Path path) throws InterruptedException {
    Commands.Result result =
        Commands.run(List.of("sync", "-f", path.toString()), folder.root(), "", SYNC_LIMIT);
    if (!result.ok()) {
      Commands.run(List.of("sync"), folder.root(), "", SYNC_LIMIT);
    }
  }

  private void removeOthers(String name, Path keep) throws IOException {
    try (DirectoryStream<Path> versions = Files.newDirectoryStream(folder.bin(), name + "-*")) {
      for (Path version : versions) {
        if (!version.equals(keep)) {
          DataFolder.deleteTree(version);
        }
      }
    }
  }
}
