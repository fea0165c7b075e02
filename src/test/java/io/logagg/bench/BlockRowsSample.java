package io.logagg.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logagg.block.BlockRow;
import io.logagg.record.Timestamps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Rows for blocks, each list for one: made up as for the other benchmarks, or of a file. */
final class BlockRowsSample {
  static final String GENERATED = "generated";

  private static final int BLOCK_ROWS = 4000;
  private static final int BLOCKS = 10;
  private static final long SEED = 1;
  private static final long START_MICROS = Timestamps.parse("2026-11-24T10:00:00Z").orElseThrow();

  /** As many as 200 000 a second. */
  private static final long STEP_NANOS = 5000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private BlockRowsSample() {}

  /**
   * All of them.
   *
   * @param source {@link #GENERATED}, or a file of NDJSON
   */
  static List<List<BlockRow>> blocks(String source) throws IOException {
    String text = source.equals(GENERATED) ? generated() : Files.readString(Path.of(source));
    List<BlockRow> rows = rows(text);
    List<List<BlockRow>> blocks = new ArrayList<>();
    for (int i = 0; i < rows.size(); i += BLOCK_ROWS) {
      blocks.add(List.copyOf(rows.subList(i, Math.min(rows.size(), i + BLOCK_ROWS))));
    }
    return blocks;
  }

  private static String generated() {
    int count = BLOCKS * BLOCK_ROWS;
    SampleBody body = new SampleBodies(SEED, false).bodies(1, count).get(0);
    body.prepare(1, START_MICROS, STEP_NANOS, 0);
    ByteBuffer bytes = body.bytes();
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private static List<BlockRow> rows(String text) throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    Map<String, Integer> apps = new HashMap<>();
    // Numbers of records count up from a start of the process.
    long seq = random.nextLong() >>> 3;
    List<BlockRow> rows = new ArrayList<>();
    for (String line : text.lines().toList()) {
      JsonNode record = JSON.readTree(line);
      long time = Timestamps.parse(record.get("timestamp").asText()).orElseThrow();
      rows.add(
          new BlockRow(
              time,
              seq++,
              time + 1000 + random.nextInt(50_000),
              apps.computeIfAbsent(record.get("app").asText(), name -> apps.size() + 1),
              record.get("level").asText(),
              record.path("service").asText(),
              record.get("message").asText(),
              record.get("metadata_").toString(),
              ""));
    }
    rows.sort(Comparator.comparingLong(BlockRow::timestampMicros).thenComparing(BlockRow::seq));
    return rows;
  }
}
