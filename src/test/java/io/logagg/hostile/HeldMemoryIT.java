package io.logagg.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import io.logagg.testing.Api;
import io.logagg.testing.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many small requests that each would take much memory, against a heap of 256 MiB. */
class HeldMemoryIT {
  private static final String BULK = "/api/v1/bulk_logs";
  private static final int MAX_BULK_RECORDS = 100_000;
  private static final long MAX_HEAP_GROWTH_BYTES = 64L << 20;

  private static Target target;

  /**
   * One instance, which has the whole share of the heap: room for the most records there may be.
   */
  @BeforeAll
  static void start() {
    target = Target.start(Map.of("LOGAGG_HTTP_INSTANCES", "1"));
    target.assertServes("before");
  }

  @AfterAll
  static void stop() {
    target.close();
  }

  private static byte[] head(String path, String type, String encoding, int bytes) {
    return String.join(
            "\r\n",
            "POST " + path + " HTTP/1.1",
            "Host: localhost",
            "Content-Type: " + type,
            "Content-Encoding: " + encoding,
            "Content-Length: " + bytes,
            "",
            "")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static RawConnection send(byte[] head, byte[] body) throws IOException {
    RawConnection connection = new RawConnection(target.port());
    connection.socket().setSoTimeout(120_000);
    OutputStream out = connection.socket().getOutputStream();
    out.write(head);
    out.write(body);
    return connection;
  }

  private static byte[] zipped(String record, int times) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(record.repeat(times).getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static RawConnection bulk(byte[] zipped) throws IOException {
    return send(head(BULK, "application/x-ndjson", "gzip", zipped.length), zipped);
  }

  private static void close(List<RawConnection> connections) throws IOException {
    for (RawConnection connection : connections) {
      connection.close();
    }
  }

  @Test
  void asManyRecordsAsABulkRequestMayHaveAreStoredAndOneMoreIsRefused() throws IOException {
    String record = "{\"app\":\"bulk\",\"message\":\"a\"}\n";
    try (RawConnection most = bulk(zipped(record, MAX_BULK_RECORDS))) {
      RawAnswer answer = most.readAnswer();
      assertEquals(201, answer.status(), answer.body());
    }
    try (RawConnection tooMany = bulk(zipped(record, MAX_BULK_RECORDS + 1))) {
      RawAnswer answer = tooMany.readAnswer();
      assertEquals(413, answer.status(), answer.body());
      assertTrue(answer.body().contains(MAX_BULK_RECORDS + " records"), answer.body());
    }
    assertEquals(MAX_BULK_RECORDS, target.rowsOf("bulk"));
  }

  /** Before, three of them left a process without memory, and half of its threads dead. */
  @Test
  void bulkRequestsOfManyRecordsDoNotTakeTheHeap() throws IOException {
    byte[] zipped = zipped("{\"app\":\"many\",\"message\":\"a\"}\n", (16 << 20) / 29);
    List<RawConnection> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(bulk(zipped));
    }
    for (RawConnection connection : all) {
      int status = connection.readAnswer().status();
      assertTrue(status == 413 || status == 429, "status " + status);
    }
    close(all);
    assertEquals(0, target.rowsOf("many"));
    target.assertServes("beside-bulk");
    assertEquals(List.of(), target.troubleInLog());
  }

  @Test
  void bodiesOfBulkRequestsThatHaveNoEndDoNotAddUp() throws IOException {
    byte[] most = new byte[15 << 20];
    Arrays.fill(most, (byte) ' ');
    List<RawConnection> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(send(head(BULK, Api.JSON, "identity", 16 << 20), most));
    }
    // Which of them is read further last is not for us to say.
    RawConnection refused =
        Eventually.value(
                "a refusal",
                () -> all.stream().filter(HeldMemoryIT::hasAnswer).findFirst(),
                Optional::isPresent)
            .orElseThrow();
    RawAnswer answer = refused.readAnswer();
    close(all);
    assertEquals(429, answer.status(), answer.body());
    Eventually.value("it all given back", HeldMemoryIT::unfinishedBytes, bytes -> bytes == 0);
  }

  private static boolean hasAnswer(RawConnection connection) {
    try {
      return connection.socket().getInputStream().available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double unfinishedBytes() {
    return target
        .logagg()
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("logagg_ingest_unfinished_bytes"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** Before, each of them had buffers of 192 KiB, though nothing of its body had come. */
  @Test
  void requestsWhoseBodiesDoNotComeTakeLittle() throws IOException {
    long heapBefore = target.heapBytes();
    byte[] head = head("/loki/api/v1/push", "application/x-protobuf", "identity", 1000);
    List<RawConnection> all = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      all.add(send(head, new byte[0]));
    }
    target.assertServes("beside-heads");
    long heapDuring = target.heapBytes();
    close(all);
    assertTrue(heapDuring - heapBefore < MAX_HEAP_GROWTH_BYTES, "heap " + heapDuring);
  }

  /** Each may keep 8 MiB to refer to, for a few hundred bytes of its own. */
  @Test
  void windowsOfZstdStreamsAreBoundedTogether() throws IOException {
    byte[] body = blankLines(9 << 20);
    byte[] head = head("/api/v1/ingest?app=z", "application/x-ndjson", "zstd", 1_000_000);
    double before = refusedAsUnfinished();
    List<RawConnection> all = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      all.add(send(head, body));
    }
    // Room for three whole windows, and parts of others.
    double refused =
        Eventually.value("refusals", HeldMemoryIT::refusedAsUnfinished, n -> n >= before + 6);
    close(all);
    assertTrue(refused < before + 12, "some go on");
    target.assertServes("beside-windows");
  }

  /** The end of the stream is not there. */
  private static byte[] blankLines(int count) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ZstdOutputStream out = new ZstdOutputStream(bytes).setLong(23);
    out.write("\n".repeat(count).getBytes(StandardCharsets.UTF_8));
    out.flush();
    byte[] open = bytes.toByteArray();
    out.close();
    return open;
  }

  private static double refusedAsUnfinished() {
    return target
        .logagg()
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("logagg_http_refusals_total{cause=\"unfinished_records\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
