package io.logagg.cli.upload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import com.sun.net.httpserver.HttpExchange;
import io.logagg.cli.StubServer;
import io.logagg.cli.client.ClientException;
import io.logagg.cli.client.Retry;
import io.logagg.cli.upload.FileImport.Result;
import io.logagg.cli.upload.FileImport.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that knows keys for ever, and counts what it was sent beside. */
final class FileImportTest {
  @TempDir private Path folder = Path.of("");

  private final Map<String, String> stored = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private volatile int failsFrom = Integer.MAX_VALUE;
  private volatile int failsWith = 401;
  private final AtomicInteger names = new AtomicInteger();
  private long nowMs = 1_000_000;

  private final StubServer server = new StubServer(this::answer);

  @AfterEach
  void stop() {
    server.close();
  }

  private void answer(HttpExchange request) throws IOException {
    String body = new String(request.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (requests.incrementAndGet() >= failsFrom) {
      StubServer.reply(request, failsWith, "{}");
      return;
    }
    String before =
        stored.putIfAbsent(request.getRequestHeaders().getFirst("Idempotency-Key"), body);
    if (before != null && !before.equals(body)) {
      StubServer.reply(request, 422, "{\"detail\":\"another body\"}");
      return;
    }
    List<String> lines = body.lines().toList();
    StringBuilder errors = new StringBuilder();
    int bad = 0;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains("bad")) {
        errors
            .append(bad++ == 0 ? "" : ",")
            .append("{\"line\":%d,\"error\":\"is bad\"}".formatted(i + 1));
      }
    }
    StubServer.reply(
        request,
        bad == lines.size() ? 400 : 202,
        "{\"enqueued\":%d,\"rejected\":%d,\"errors\":[%s]}"
            .formatted(lines.size() - bad, bad, errors));
  }

  private FileImport imports(boolean again, @Nullable String app) {
    Retry retry =
        new Retry(0, true, System::nanoTime, ms -> {}, new SplittableRandom(1), why -> {});
    Settings settings =
        new Settings(
            null, app, null, null, 3, false, new ImportNotes(folder.resolve("notes")), again);
    return new FileImport(
        server.client(),
        retry,
        settings,
        new FileImport.Listener() {
          @Override
          public void progress(String file, long readBytes, long allBytes, long records) {}

          @Override
          public void rejected(String file, long line, String error, byte[] text) {
            told.add(line + ": " + error + ": " + new String(text, StandardCharsets.UTF_8));
          }

          @Override
          public void note(String text) {
            told.add(text);
          }
        },
        () -> nowMs,
        () -> "anew" + names.incrementAndGet());
  }

  private Result run(Path file) throws IOException, InterruptedException {
    return imports(false, null).file(file);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String lines(int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append("{\"app\":\"a\",\"message\":\"record %d of them\"}\n".formatted(i));
    }
    return text.toString();
  }

  /** All that is stored, in the order of its numbers. */
  private List<String> stored() {
    return stored.values().stream()
        .flatMap(String::lines)
        .sorted((a, b) -> Integer.compare(number(a), number(b)))
        .toList();
  }

  private static int number(String line) {
    return Integer.parseInt(line.replaceAll("\\D", ""));
  }

  private void isStored(int records) {
    assertEquals(lines(0, records).lines().toList(), stored());
  }

  @Test
  void shouldImportAFileOnce() throws Exception {
    Path file = file("a.log", lines(0, 10_000));
    assertEquals(new Result(10_000, 0, 0, null), run(file));
    isStored(10_000);
    int sent = requests.get();
    assertEquals(new Result(0, 0, 10_000, null), run(file));
    assertEquals(sent, requests.get());
  }

  @Test
  void shouldKnowAFileUnderAnotherNameAndCompressed() throws Exception {
    run(file("a.log", lines(0, 5000)));
    Path renamed = Files.move(folder.resolve("a.log"), folder.resolve("a.log.1"));
    assertEquals(5000, run(renamed).linesBefore());
    Path gzip = folder.resolve("a.log.2.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write(lines(0, 5000).getBytes(StandardCharsets.UTF_8));
    }
    assertEquals(new Result(0, 0, 5000, null), run(gzip));
    Path zstd = folder.resolve("b");
    try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(zstd))) {
      out.write(lines(0, 6000).getBytes(StandardCharsets.UTF_8));
    }
    assertEquals(new Result(1000, 0, 5000, null), run(zstd));
    isStored(6000);
  }

  @Test
  void shouldReadAllMembersOfAGzip() throws Exception {
    Path gzip = folder.resolve("a.gz");
    try (OutputStream file = Files.newOutputStream(gzip)) {
      for (int i = 0; i < 3; i++) {
        GZIPOutputStream member = new GZIPOutputStream(file);
        member.write(lines(i * 1000, (i + 1) * 1000).getBytes(StandardCharsets.UTF_8));
        member.finish();
      }
    }
    assertEquals(3000, run(gzip).records());
    isStored(3000);
  }

  @Test
  void shouldGoOnAfterAFailureAndStoreNothingTwice() throws Exception {
    Path file = file("a.log", lines(0, 50_000));
    for (int request : new int[] {3, 4, 6, 5}) {
      requests.set(0);
      failsFrom = request;
      assertThrows(ClientException.class, () -> run(file));
    }
    failsFrom = Integer.MAX_VALUE;
    Result rest = run(file);
    assertTrue(rest.linesBefore() > 0, rest.toString());
    isStored(50_000);
  }

  @Test
  void shouldStoreNothingTwiceThoughTheNoteIsLost() throws Exception {
    Path file = file("a.log", lines(0, 20_000));
    failsFrom = 6;
    assertThrows(ClientException.class, () -> run(file));
    failsFrom = Integer.MAX_VALUE;
    try (var notes = Files.list(folder.resolve("notes"))) {
      for (Path note : notes.toList()) {
        Files.delete(note);
      }
    }
    assertEquals(20_000, run(file).records());
    isStored(20_000);
  }

  @Test
  void shouldImportOnlyWhatIsNewOfAFileThatGrew() throws Exception {
    Path file = file("a.log", lines(0, 100));
    run(file);
    for (int size = 200; size <= 1000; size += 100) {
      Files.writeString(file, lines(0, size));
      assertEquals(new Result(100, 0, size - 100, null), run(file));
    }
    isStored(1000);
  }

  @Test
  void shouldCutWhereItCutBeforeThoughTheFileGrewBetweenTwoTries() throws Exception {
    Path file = file("a.log", lines(0, 100));
    // The server has it, but the answer is lost.
    failsFrom = 2;
    imports(false, null).file(file);
    stored.values().forEach(body -> assertEquals(100, body.lines().count()));
    Path notes = folder.resolve("notes");
    ImportNotes kept = new ImportNotes(notes);
    ImportNote note = kept.of(target(null).name()).get(0);
    kept.save(
        new ImportNote(
            note.name(),
            note.target(),
            note.file(),
            note.headBytes(),
            note.headHash(),
            0,
            new ContentHash().soFar(),
            0,
            List.of((long) lines(0, 100).length()),
            "",
            nowMs,
            false));
    failsFrom = Integer.MAX_VALUE;
    Files.writeString(file, lines(0, 150));
    assertEquals(150, run(file).records());
    isStored(150);
  }

  private Target target(@Nullable String app) {
    return new Target(server.base(), TextFormat.NDJSON, app, null, null);
  }

  @Test
  void shouldTellFilesApartThatBeginAlike() throws Exception {
    run(file("a.log", lines(0, 1000)));
    run(file("b.log", lines(0, 500) + lines(1000, 1500)));
    assertEquals(0, run(folder.resolve("a.log")).records());
    assertEquals(0, run(folder.resolve("b.log")).records());
    assertEquals(2000, stored.values().stream().mapToLong(b -> b.lines().count()).sum());
  }

  @Test
  void shouldImportOnceMoreIfWantedAndGoOnWithThatToo() throws Exception {
    Path file = file("a.log", lines(0, 20_000));
    run(file);
    requests.set(0);
    failsFrom = 5;
    assertThrows(ClientException.class, () -> imports(true, null).file(file));
    failsFrom = Integer.MAX_VALUE;
    Result rest = run(file);
    assertTrue(rest.records() > 0 && rest.linesBefore() > 0, rest.toString());
    assertEquals(40_000, stored.values().stream().mapToLong(b -> b.lines().count()).sum());
    assertEquals(0, run(file).records());
  }

  @Test
  void shouldTellWhichLinesCannotBeUsed() throws Exception {
    Path file = file("a.log", lines(0, 3000) + "bad one\n" + lines(3000, 3010) + "{bad}\n");
    assertEquals(new Result(3010, 2, 0, null), run(file));
    assertEquals(
        List.of("3001: is bad: bad one", "3012: is bad: {bad}"), told.stream().sorted().toList());
  }

  @Test
  void shouldNotGoOnWhereNothingCanBeUsed() throws Exception {
    Path file = file("a.log", "{bad}\n".repeat(10_000));
    ClientException e = assertThrows(ClientException.class, () -> run(file));
    assertTrue(e.text().contains("the rest is not sent"), e.text());
    assertEquals(1, requests.get());
  }

  @Test
  void shouldWantAnAppForText() throws Exception {
    Path file = file("a.log", "a line 0\na line 1\n");
    ClientException e = assertThrows(ClientException.class, () -> run(file));
    assertEquals(ClientException.USAGE, e.status());
    assertEquals(2, imports(false, "shop").file(file).records());
  }

  @Test
  void shouldImportWhatCanBeReadOfADamagedFile() throws Exception {
    Path gzip = folder.resolve("a.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write(lines(0, 5000).getBytes(StandardCharsets.UTF_8));
    }
    byte[] all = Files.readAllBytes(gzip);
    Files.write(gzip, java.util.Arrays.copyOf(all, all.length / 2));
    Result result = run(gzip);
    assertNotNull(result.incomplete());
    assertTrue(result.records() > 0 && result.records() < 5000, result.toString());
    // It was still being written.
    Files.write(gzip, all);
    Result rest = run(gzip);
    assertNull(rest.incomplete());
    isStored(5000);
  }

  @Test
  void shouldTakeStandardInputEachTimeAnew() throws Exception {
    byte[] some = lines(0, 100).getBytes(StandardCharsets.UTF_8);
    assertEquals(100, imports(false, null).stream(new ByteArrayInputStream(some)).records());
    assertEquals(100, imports(false, null).stream(new ByteArrayInputStream(some)).records());
    assertEquals(200, stored.values().stream().mapToLong(b -> b.lines().count()).sum());
  }

  @Test
  void shouldSayWhatADayMeans() throws Exception {
    Path file = file("a.log", lines(0, 20_000));
    failsFrom = 4;
    assertThrows(ClientException.class, () -> run(file));
    failsFrom = Integer.MAX_VALUE;
    nowMs += 25 * 3_600_000L;
    run(file);
    assertTrue(told.get(0).contains("more than a day ago"), told.toString());
  }

  @Test
  void shouldRefuseAFileThatIsBeingImported() throws Exception {
    Path file = file("a.log", lines(0, 10));
    run(file);
    ImportNotes notes = new ImportNotes(folder.resolve("notes"));
    ImportNote note = notes.of(target(null).name()).get(0);
    try (var lock = notes.lock(note.name(), "a.log")) {
      assertTrue(lock.isOpen());
      ClientException e = assertThrows(ClientException.class, () -> run(file));
      assertTrue(e.text().contains("being imported already"), e.text());
    }
    assertEquals(0, run(file).records());
  }
}
