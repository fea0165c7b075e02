package io.logagg.embedded;

import io.logagg.embedded.EmbeddedException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The layout of the data folder, its lock and who owns the files in it.
 *
 * <p>Whoever owns the folder owns all that is in it. So root may run logagg once in the folder of
 * an ordinary user, who can still use it afterwards.
 */
final class DataFolder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DataFolder.class);
  private static final LinkOption NO_FOLLOW = LinkOption.NOFOLLOW_LINKS;
  private static final Set<PosixFilePermission> OWNER_FILE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  static final String POSTGRES = "postgres";
  private static final String TEMP_PREFIX = "tmp-";

  /** Any of these makes a folder that is not empty one of ours. */
  private static final Set<String> OWN_NAMES = Set.of("lock", Credentials.FILE, POSTGRES, "redis");

  private final Path root;
  private final FolderLock lock;

  private DataFolder(Path root, FolderLock lock) {
    this.root = root;
    this.lock = lock;
  }

  /** Makes the folder if need be, locks it and clears away what a crash left half-done. */
  static DataFolder open(Path configured) {
    Path absolute = configured.toAbsolutePath().normalize();
    try {
      if (Files.isDirectory(absolute)) {
        refuseForeign(absolute);
      } else {
        Files.createDirectories(absolute);
      }
      Path root = absolute.toRealPath();
      makePrivate(root);
      DataFolder folder = new DataFolder(root, FolderLock.acquire(root, root.resolve("lock")));
      try {
        folder.prepare();
        return folder;
      } catch (IOException | RuntimeException e) {
        folder.close();
        throw e;
      }
    } catch (IOException | UnsupportedOperationException e) {
      throw unusable(absolute, e);
    }
  }

  static EmbeddedException unusable(Path path, Throwable cause) {
    return new EmbeddedException(
        Reason.FOLDER_UNUSABLE,
        "data folder %s cannot be used by user %s: %s; set embedded.dataDir to a folder that it owns, or %s"
            .formatted(path, System.getProperty("user.name"), cause, EmbeddedException.OWN_SERVERS),
        cause);
  }

  Path root() {
    return root;
  }

  Path postgres() {
    return root.resolve(POSTGRES);
  }

  Path redis() {
    return root.resolve("redis");
  }

  Path bin() {
    return root.resolve("bin");
  }

  Path logs() {
    return root.resolve("logs");
  }

  Path file(String name) {
    return root.resolve(name);
  }

  /** A name that does not exist yet, beside the final place so that a rename can be atomic. */
  Path temp(String name) {
    return root.resolve(TEMP_PREFIX + name + "-" + Long.toHexString(System.nanoTime()));
  }

  /** Writes a file of mode 0600: after a crash it holds the old or the new text, never a part. */
  void write(Path file, String text) throws IOException {
    Path temp = file.resolveSibling(file.getFileName() + ".tmp");
    Files.deleteIfExists(temp);
    Files.createFile(temp, PosixFilePermissions.asFileAttribute(OWNER_FILE));
    Files.writeString(temp, text, StandardCharsets.UTF_8);
    claim(temp);
    try (FileChannel channel = FileChannel.open(temp)) {
      channel.force(true);
    }
    Files.move(temp, file, StandardCopyOption.ATOMIC_MOVE);
  }

  void makeDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_DIRECTORY));
    }
    claim(directory);
  }

  int ownerUid() throws IOException {
    return (Integer) Files.getAttribute(root, "unix:uid");
  }

  int ownerGid() throws IOException {
    return (Integer) Files.getAttribute(root, "unix:gid");
  }

  /** Hands the whole folder to an account; only root can. */
  void giveTo(int uid, int gid) throws IOException {
    setOwner(root, uid, gid);
    claimTree(root);
  }

  /** Gives a file that root made to the owner of the folder, where they differ. */
  void claim(Path path) throws IOException {
    if (!RunAs.isRoot()) {
      return;
    }
    int uid = ownerUid();
    if (!Integer.valueOf(uid).equals(Files.getAttribute(path, "unix:uid", NO_FOLLOW))) {
      setOwner(path, uid, ownerGid());
    }
  }

  void claimTree(Path top) throws IOException {
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
              throws IOException {
            claim(dir);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            claim(file);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  static void deleteTree(Path top) throws IOException {
    if (!Files.exists(top, NO_FOLLOW)) {
      return;
    }
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          /** A server that is just ending may take its files away first. */
          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  private static void setOwner(Path path, int uid, int gid) throws IOException {
    Files.setAttribute(path, "unix:gid", gid, NO_FOLLOW);
    Files.setAttribute(path, "unix:uid", uid, NO_FOLLOW);
  }

  private void prepare() throws IOException {
    claim(root.resolve("lock"));
    try (DirectoryStream<Path> temps = Files.newDirectoryStream(root, TEMP_PREFIX + "*")) {
      for (Path temp : temps) {
        deleteTree(temp);
      }
    }
    makeDirectory(bin());
    makeDirectory(logs());
  }

  /** The folder may be another's that lets us in by group, such as a mounted volume. */
  private static void makePrivate(Path root) throws IOException {
    try {
      Files.setPosixFilePermissions(root, OWNER_DIRECTORY);
    } catch (FileSystemException e) {
      if (!Files.isWritable(root)) {
        throw e;
      }
      log.debug("cannot make {} private", root, e);
    }
  }

  /** A slip in the configuration must not make a home folder private or fill it with our files. */
  private static void refuseForeign(Path folder) throws IOException {
    boolean empty = true;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (OWN_NAMES.contains(name)) {
          return;
        }
        // A freshly formatted volume is not quite empty.
        empty &= name.equals("lost+found");
      }
    }
    if (!empty) {
      throw new EmbeddedException(
          Reason.FOLDER_UNUSABLE,
          "%s holds other files and no data of logagg; set embedded.dataDir to an empty or new folder"
              .formatted(folder));
    }
  }
}
