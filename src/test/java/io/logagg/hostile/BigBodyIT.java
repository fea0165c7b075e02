package io.logagg.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.ZstdOutputStream;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bodies larger than the heap of 256 MiB, and small ones that become so. The first has {@code
 * -Dbig.megabytes}, 300 if not said otherwise. See docs/reliability.md.
 */
class BigBodyIT {
  private static final long MEGABYTES = Long.getLong("big.megabytes", 300);
  private static final long MAX_BODY_BYTES = Math.max(400, MEGABYTES + 100) << 20;
  private static final int RECORD_BYTES = 8 << 10;
  private static final int CHUNK_RECORDS = 32;
  private static final long MAX_HEAP_BYTES = 128L << 20;
  private static final long MAX_RESIDENT_BYTES = 1L << 30;

  private static Target target;

  @BeforeAll
  static void start() {
    target = Target.start(Map.of("LOGAGG_HTTP_MAX_BODY_BYTES", Long.toString(MAX_BODY_BYTES)));
    target.assertServes("before");
  }

  @AfterAll
  static void stop() {
    target.close();
  }

  @Test
  void aBodyManyTimesTheHeapIsTaken() throws IOException {
    long records = MEGABYTES * (1 << 20) / RECORD_BYTES;
    long start = System.nanoTime();
    RawAnswer answer;
    try (RawConnection connection = new RawConnection(target.port())) {
      connection.socket().setSoTimeout((int) TimeUnit.MINUTES.toMillis(2));
      sendChunked(connection.socket().getOutputStream(), records);
      answer = connection.readAnswer();
    }
    long ackMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    assertEquals(202, answer.status(), answer.body());
    assertEquals(records, answer.acknowledged());
    awaitStored(records);
    long storedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    System.out.printf(
        "big: %d MiB, %d records acknowledged after %d ms, stored after %d ms; peak RSS %d MiB, heap"
            + " after GC %d MiB%n",
        MEGABYTES,
        records,
        ackMs,
        storedMs,
        target.peakResidentBytes() >> 20,
        target.heapBytes() >> 20);
    assertTrue(target.peakResidentBytes() < MAX_RESIDENT_BYTES, "RSS");
    assertTrue(target.heapBytes() < MAX_HEAP_BYTES, "heap");
    assertEquals(List.of(), target.troubleInLog());
  }

  /** Waits as long as rows come in. */
  private static void awaitStored(long records) {
    long before = -1;
    long rows = target.rowsOf("big");
    while (rows < records && rows > before) {
      long seen = rows;
      before = seen;
      rows = Eventually.value("more rows than " + seen, () -> target.rowsOf("big"), n -> n > seen);
    }
    assertEquals(records, rows);
  }

  private static void sendChunked(OutputStream out, long records) throws IOException {
    out.write(
        ascii(
            String.join(
                "\r\n",
                "POST /api/v1/ingest?app=big HTTP/1.1",
                "Host: localhost",
                "Content-Type: application/x-ndjson",
                "Transfer-Encoding: chunked",
                "",
                "")));
    // Random text, so that no compression on the way makes it small.
    Random random = new Random(5);
    byte[] noise = new byte[RECORD_BYTES];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (byte) ('a' + random.nextInt(26));
    }
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    for (long i = 0; i < records; i++) {
      byte[] start = ascii("{\"message\":\"" + i + " ");
      int shift = (int) (i * 31 % 4000);
      chunk.writeBytes(start);
      chunk.write(noise, shift, 4000);
      chunk.write(noise, 4000 - shift, RECORD_BYTES - 4000 - start.length - 3);
      chunk.writeBytes(ascii("\"}\n"));
      if (i % CHUNK_RECORDS == CHUNK_RECORDS - 1 || i == records - 1) {
        out.write(ascii(Integer.toHexString(chunk.size()) + "\r\n"));
        chunk.writeTo(out);
        out.write(ascii("\r\n"));
        chunk.reset();
      }
    }
    out.write(ascii("0\r\n\r\n"));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @CsvSource({
    "gzip,line",
    "gzip,lines",
    "deflate,line",
    "deflate,lines",
    "zstd,line",
    "zstd,lines"
  })
  void aBombStopsAtTheLimitAndOthersAreServed(String encoding, String shape) throws IOException {
    String app = "bomb-" + encoding + "-" + shape;
    byte[] bomb = bomb(encoding, shape);
    CompletableFuture<HttpResponse<String>> answer =
        CompletableFuture.supplyAsync(
            () ->
                target
                    .api()
                    .send(
                        "POST",
                        "/api/v1/ingest?app=" + app,
                        Api.NDJSON,
                        bomb,
                        "Content-Encoding",
                        encoding));
    long slowestMs = 0;
    int beside = 0;
    do {
      long start = System.nanoTime();
      target.api().ingestLines(List.of(Api.record(app + "-beside", "n" + beside++)));
      slowestMs = Math.max(slowestMs, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    } while (!answer.isDone());
    JsonNode problem = Api.problem(413, answer.join());
    System.out.printf(
        "bomb: %s %s of %d kB: %s; %d requests beside it, the slowest %d ms; peak RSS %d MiB%n",
        encoding,
        shape,
        bomb.length >> 10,
        problem,
        beside,
        slowestMs,
        target.peakResidentBytes() >> 20);
    assertEquals(2, problem.path("enqueued").longValue(), problem.toString());
    Eventually.value("what came before", () -> target.rowsOf(app), rows -> rows == 2);
    long served = beside;
    Eventually.value("those beside", () -> target.rowsOf(app + "-beside"), rows -> rows == served);
    assertTrue(slowestMs < 10_000, "a request beside it took " + slowestMs + " ms");
    assertTrue(target.heapBytes() < MAX_HEAP_BYTES, "heap");
    assertEquals(List.of(), target.troubleInLog());
  }

  /** Two records, and then more than any limit of one endless line or of blank ones. */
  private static byte[] bomb(String encoding, String shape) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream body = compressing(encoding, out)) {
      body.write(ascii("{\"message\":\"one\"}\n{\"message\":\"two\"}\n"));
      body.write(ascii(shape.equals("line") ? "{\"message\":\"" : "\n"));
      byte[] block = ascii((shape.equals("line") ? "x" : "\n").repeat(1 << 20));
      for (long written = 0; written <= MAX_BODY_BYTES; written += block.length) {
        body.write(block);
      }
    }
    return out.toByteArray();
  }

  private static OutputStream compressing(String encoding, OutputStream out) throws IOException {
    return switch (encoding) {
      case "gzip" -> new GZIPOutputStream(out);
      case "deflate" -> new DeflaterOutputStream(out);
      default -> new ZstdOutputStream(out);
    };
  }
}
