package io.logagg.protocol;

import io.logagg.protocol.redact.BuiltinRule;
import io.logagg.protocol.redact.Redaction;
import io.logagg.record.Defaults;
import io.logagg.record.DerivedStamps;
import io.logagg.record.Stamps;
import io.logagg.record.TimeWindow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds to decode one record of about 270 bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecoderBenchmark {
  /**
   * What the message begins with: {@code GET} leaves the record plain, the second is not ASCII, the
   * third is redacted.
   */
  @Param({"GET", "größe", "ann@example.com"})
  public String begin = "GET";

  private final JsonRecordDecoder decoder = new JsonRecordDecoder(new TimeWindow(0, 4_000_000));
  private final JsonRecordDecoder redacting =
      new JsonRecordDecoder(
          new TimeWindow(0, 4_000_000),
          new RecordRules(
              FieldNames.NONE,
              Defaults.NONE,
              Map.of(),
              List.of(),
              new Redaction(
                  Stream.of(BuiltinRule.values()).map(BuiltinRule::rule).toList(), List.of())));
  private final Stamps stamps = new DerivedStamps("bench", 0);
  private final byte[][] records = new byte[256][];
  private int next;

  @Setup
  public void makeRecords() {
    for (int i = 0; i < records.length; i++) {
      String json =
          ("{\"timestamp\":\"2026-11-24T10:00:00.%06dZ\",\"level\":\"INFO\",\"app\":\"shop-%d\","
                  + "\"service\":\"cart\",\"message\":\"%s /api/v1/orders/123456 answered 200 in 42 ms"
                  + " for user 12345 (cached)\",\"metadata_\":{\"trace_id\":"
                  + "\"00112233445566778899aabbccddeeff\",\"status\":200,\"duration_ms\":42}}")
              .formatted(i, i % 4, begin);
      records[i] = json.getBytes(StandardCharsets.UTF_8);
    }
  }

  private byte[] record() {
    next = (next + 1) % records.length;
    return records[next];
  }

  @Benchmark
  public Object decode() {
    byte[] json = record();
    return decoder.decode(json, 0, json.length, Defaults.NONE, stamps, null);
  }

  /** With all rules that are there. */
  @Benchmark
  public Object decodeRedacting() {
    byte[] json = record();
    return redacting.decode(json, 0, json.length, Defaults.NONE, stamps, null);
  }

  /** Without the reader for plain records. */
  @Benchmark
  public Object decodeAny() {
    byte[] json = record();
    return decoder.decodeAny(json, 0, json.length, Defaults.NONE, stamps, null);
  }
}
