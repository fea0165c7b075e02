package io.logagg.cli.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdInputStream;
import io.logagg.cli.StubServer;
import io.logagg.cli.client.Address;
import io.logagg.cli.client.ClientException;
import io.logagg.cli.client.Retry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExportTest {
  private static final byte[] SOME = "one\ntwo\n".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder = Path.of("");

  private static long run(StubServer server, Export.Form form, ByteArrayOutputStream out)
      throws IOException, InterruptedException {
    Retry retry =
        new Retry(0, false, System::nanoTime, ms -> {}, new SplittableRandom(1), why -> {});
    return new Export(server.client(), retry)
        .run(new Address("/l"), form, (bytes, count, records) -> out.write(bytes, 0, count));
  }

  @Test
  void shouldHandOnAllAndCount() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (StubServer server =
        new StubServer(request -> StubServer.reply(request, 200, "a\nb\nc\n"))) {
      assertEquals(3, run(server, Export.Form.NDJSON, out));
      assertEquals(2, run(server, Export.Form.CSV, out));
    }
    assertEquals("a\nb\nc\na\nb\nc\n", out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void shouldFailWhereItBreaksOff() {
    try (StubServer server =
        new StubServer(
            request -> {
              request.sendResponseHeaders(200, 100);
              request.getResponseBody().write(SOME);
              request.getResponseBody().flush();
            })) {
      assertThrows(
          ClientException.class,
          () -> run(server, Export.Form.NDJSON, new ByteArrayOutputStream()));
    }
  }

  @Test
  void shouldBeThereOnlyOnceItIsWhole() throws IOException {
    Path file = folder.resolve("x.ndjson");
    try (NewFile part = NewFile.begin(file)) {
      part.write(SOME, SOME.length);
      assertFalse(Files.exists(file));
      part.keep();
      assertArrayEquals(SOME, Files.readAllBytes(file));
    }
    try (NewFile part = NewFile.begin(file)) {
      part.write(SOME, 2);
    }
    assertArrayEquals(SOME, Files.readAllBytes(file));
    try (var all = Files.list(folder)) {
      assertEquals(1, all.count());
    }
    assertThrows(IOException.class, () -> NewFile.begin(folder).close());
  }

  @Test
  void shouldCompressAsItsNameSays() throws IOException {
    for (String name : new String[] {"x.gz", "x.zst"}) {
      Path file = folder.resolve(name);
      try (NewFile part = NewFile.begin(file)) {
        part.write(SOME, SOME.length);
        part.keep();
      }
      try (InputStream raw = Files.newInputStream(file);
          InputStream in =
              name.endsWith("gz") ? new GZIPInputStream(raw) : new ZstdInputStream(raw)) {
        assertArrayEquals(SOME, in.readAllBytes());
      }
      assertTrue(Files.isRegularFile(file));
    }
  }
}
