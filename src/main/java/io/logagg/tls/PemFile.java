package io.logagg.tls;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What stood in a file when it was read; equal to another that held the same.
 *
 * @param key the setting that names it
 * @param content empty if there is a fault
 * @param fault why it cannot be read, empty if it can
 */
record PemFile(String key, String path, Buffer content, String fault) {
  private static final int MAX_BYTES = 1 << 20;

  /** Reads it. Blocks. */
  static PemFile read(String key, String path) {
    Path file = Path.of(path);
    if (!Files.isRegularFile(file)) { // Anything else might never come to its end.
      return faulty(key, path, Files.exists(file) ? "is no regular file" : "no such file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      return bytes.length > MAX_BYTES
          ? faulty(key, path, "is larger than 1 MiB")
          : new PemFile(key, path, Buffer.buffer(bytes), "");
    } catch (IOException e) {
      return faulty(key, path, "cannot be read: " + e);
    }
  }

  private static PemFile faulty(String key, String path, String fault) {
    return new PemFile(key, path, Buffer.buffer(), fault);
  }

  String text() {
    return content.toString(StandardCharsets.ISO_8859_1);
  }

  BadCertificateException isBad(String why) {
    return new BadCertificateException(key, path, why);
  }

  void mustBeReadable() {
    if (!fault.isEmpty()) {
      throw isBad(fault);
    }
  }
}
