package io.logagg.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logagg.testing.RunningLogagg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The benchmark itself, at its smallest. It fails by itself if what was acknowledged is not what is
 * committed.
 */
@Timeout(120)
class BenchIT {
  @TempDir private Path folder;

  @Test
  void measuresIngestAndLeavesNothingBehind() throws Exception {
    JsonNode report =
        bench(
            "--records", "4000", "--warm-up", "1000", "--checkpoints", "2000", "--svg", "bars.svg");

    JsonNode result = report.at("/results/0");
    assertEquals(2000, result.at("/records").asLong());
    for (String figure :
        List.of(
            "acknowledgedPerSecond",
            "committedPerSecond",
            "copyPerSecond",
            "jvmPeakMiB",
            "bytesPerRecord")) {
      assertTrue(result.get(figure).asDouble() > 0, figure);
    }
    assertEquals(2000, result.at("/growth/0/rows").asLong());
    assertTrue(report.at("/machine/durability").asText().contains("fsync=on"));
    assertTrue(report.at("/machine/durability").asText().contains("appendfsync=everysec"));
    assertTrue(Files.readString(folder.resolve("bars.svg")).startsWith("<svg"));
    assertTrue(isGone());
  }

  @Test
  void measuresReading() throws Exception {
    JsonNode report = bench("read", "--records", "5000", "--samples", "3", "--while-rate", "2000");

    JsonNode newest = report.at("/results/0");
    assertEquals(3, newest.at("/ms/samples").asInt());
    assertTrue(newest.at("/ms/p50").asDouble() > 0);
    assertEquals(18, report.get("results").size());
    assertEquals(5000, report.at("/results/8/rows").asLong());
    assertTrue(report.at("/results/8/rowsPerSecond").asDouble() > 0);
    assertTrue(isGone());
  }

  @Test
  void measuresProtocols() throws Exception {
    JsonNode results =
        bench(
            "protocols",
            "--protocols",
            "ndjson,otlp-protobuf",
            "--records",
            "2000",
            "--warm-up",
            "1000",
            "--batch",
            "100");
    assertEquals(2, results.size());
    for (JsonNode result : results) {
      assertTrue(result.get("committedPerSecond").asDouble() > 0, result::toString);
    }
    assertTrue(isGone());
  }

  private JsonNode bench(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-jar", RunningLogagg.jar(), "bench"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--folder", folder.resolve("data").toString(), "--json", "report.json"));
    Path log = folder.resolve("bench.log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertTrue(process.waitFor(100, TimeUnit.SECONDS), "it ends");
      assertEquals(0, process.exitValue(), Files.readString(log));
    } finally {
      process.destroy();
    }
    return new ObjectMapper().readTree(folder.resolve("report.json").toFile());
  }

  private boolean isGone() throws IOException {
    try (Stream<Path> left = Files.list(folder.resolve("data"))) {
      return left.findAny().isEmpty();
    }
  }
}
