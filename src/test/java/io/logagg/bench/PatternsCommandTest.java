package io.logagg.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class PatternsCommandTest {
  private static final String LINE =
      "{\"message\":\"%s\",\"metadata_\":{\"event_id\":\"%s\"},\"app\":\"a\"}";

  @TempDir Path folder = Path.of("");

  private Path file(List<String> lines) throws IOException {
    return Files.write(folder.resolve("own.ndjson"), lines);
  }

  private static List<Integer> order(int size) {
    return IntStream.range(0, size).boxed().toList();
  }

  @Test
  void shouldCountOnlyGroupsThatAreExactlyThoseOfTheTruth() throws IOException {
    PatternSample sample =
        PatternSample.read(
            file(
                List.of(
                    LINE.formatted("took 5", "whole"),
                    LINE.formatted("took 6", "whole"),
                    "",
                    LINE.formatted("is open", "parted"),
                    LINE.formatted("was closed", "parted"),
                    LINE.formatted("sent 7", "mixed-1"),
                    LINE.formatted("sent 8", "mixed-2"))));
    GroupingAccuracy accuracy = GroupingAccuracy.of(sample, order(6));
    assertEquals(new GroupingAccuracy(2 / 6.0, 4, 4), accuracy);
    assertEquals("own", sample.name());
  }

  @Test
  void shouldSayWhichLineHasNoTruth() throws IOException {
    Path file = file(List.of(LINE.formatted("x", "1"), "{\"message\":\"x\"}"));
    IOException e = assertThrows(IOException.class, () -> PatternSample.read(file));
    assertTrue(String.valueOf(e.getMessage()).contains("line 2"), e::toString);
  }

  @Test
  void shouldReportAccuracyAndSpeedAsTableAndJson() throws IOException {
    Path file = file(List.of(LINE.formatted("took 5", "1"), LINE.formatted("all done", "2")));
    Path json = folder.resolve("out.json");
    int status =
        new CommandLine(new PatternsCommand())
            .execute(
                file.toString(), "--messages", "100", "--shuffles", "2", "--json", json.toString());
    assertEquals(0, status);
    JsonNode result = new ObjectMapper().readTree(json.toFile()).path(0);
    assertEquals("own", result.path("name").asText());
    assertEquals(1.0, result.path("accuracy").path("accuracy").asDouble());
    assertEquals(1.0, result.path("shuffledMin").asDouble());
    assertTrue(result.path("messagesPerSecond").asDouble() > 0, result::toString);
  }

  @Test
  void shouldRefuseWhatMakesNoSense() {
    assertEquals(2, new CommandLine(new PatternsCommand()).execute());
    assertEquals(2, new CommandLine(new PatternsCommand()).execute("x", "--messages", "0"));
    assertEquals(2, new CommandLine(new PatternsCommand()).execute("x", "--shuffles", "-1"));
  }

  @Test
  void shouldPrintARowForEachAndTheMean() {
    PatternResult one = new PatternResult("a", 2000, new GroupingAccuracy(1, 6, 6), 1, 1, 9e5, 3e6);
    PatternResult two =
        new PatternResult("b", 10, new GroupingAccuracy(0.5, 7, 5), 0.4, 0.45, 1e6, 4e6);
    String table = PatternResult.table(List.of(one, two));
    assertTrue(
        table.contains(
            "| a | 2,000 | 1.0000 | 1.0000, 1.0000 | 6 (6) | 900,000 | 3,000,000 | 0.30 |"),
        table);
    assertTrue(table.contains("| mean | | 0.7500 | 0.7000, 0.7250 | | | | |"), table);
  }
}
