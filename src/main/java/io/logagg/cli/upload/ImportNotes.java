package io.logagg.cli.upload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logagg.cli.client.ClientException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The notes of imports, a small file each. One is replaced as a whole, and on disk before that
 * counts. Thread-safe, but for one note at a time.
 */
public final class ImportNotes {
  private static final String END = ".json";
  private static final int MAX_NAMES = 10_000;

  private final Path folder;
  private final ObjectMapper json = new ObjectMapper();

  /** In a folder that is made if need be. */
  public ImportNotes(Path folder) {
    this.folder = folder;
  }

  public Path folder() {
    return folder;
  }

  /**
   * All that are of this target. One that cannot be read is passed over: it costs sending again.
   */
  List<ImportNote> of(String target) throws IOException {
    List<ImportNote> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(path -> path.toString().endsWith(END)).sorted().toList()) {
          ImportNote note = read(file);
          if (note != null && note.target().equals(target)) {
            found.add(note);
          }
        }
      }
    }
    return found;
  }

  private @Nullable ImportNote read(Path file) throws IOException {
    JsonNode note;
    try {
      note = json.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      return null;
    }
    if (note.path("version").asInt() != 1) {
      return null;
    }
    String fileName = String.valueOf(file.getFileName());
    return new ImportNote(
        fileName.substring(0, fileName.length() - END.length()),
        note.path("target").asText(),
        note.path("file").asText(),
        note.path("head_bytes").asInt(),
        note.path("head_hash").asText(),
        note.path("offset").asLong(),
        note.path("hash").asText(),
        note.path("lines").asLong(),
        cuts(note.path("cuts")),
        note.path("anew").asText(),
        note.path("saved_at_ms").asLong(),
        note.path("whole").asBoolean());
  }

  private static List<Long> cuts(JsonNode all) {
    List<Long> cuts = new ArrayList<>();
    all.forEach(cut -> cuts.add(cut.asLong()));
    return cuts;
  }

  /** It is no more. */
  void remove(ImportNote note) throws IOException {
    Files.deleteIfExists(folder.resolve(note.name() + END));
  }

  /** A name that no note has yet, made of what is told. */
  String freeName(String of) {
    for (int i = 1; i <= MAX_NAMES; i++) {
      String name = of.substring(0, 32) + (i == 1 ? "" : "-" + i);
      if (!Files.exists(folder.resolve(name + END))) {
        return name;
      }
    }
    throw ClientException.failed(
        "there are %d notes of files that begin alike in %s: remove old ones"
            .formatted(MAX_NAMES, folder));
  }

  /** Writes it, in place of the one before. */
  void save(ImportNote note) throws IOException {
    ObjectNode all = json.createObjectNode();
    all.put("version", 1)
        .put("target", note.target())
        .put("file", note.file())
        .put("head_bytes", note.headBytes())
        .put("head_hash", note.headHash())
        .put("offset", note.offset())
        .put("hash", note.hash())
        .put("lines", note.lines())
        .put("anew", note.anew())
        .put("saved_at_ms", note.savedAtMs())
        .put("whole", note.whole());
    note.cuts().forEach(all.putArray("cuts")::add);
    Files.createDirectories(folder);
    Path part = folder.resolve(note.name() + ".part");
    try (FileChannel channel =
        FileChannel.open(
            part,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap((all + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        part,
        folder.resolve(note.name() + END),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Keeps other processes from the same file for as long as this one lives, or the lock is
   * released.
   *
   * @throws ClientException if another has it
   */
  FileChannel lock(String name, String file) throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve(name + ".lock"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // The same file twice among the arguments of this process; said below.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw ClientException.failed(file + " is being imported already");
  }
}
