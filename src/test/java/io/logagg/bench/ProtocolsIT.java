package io.logagg.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The benchmark's command, against the jar. */
final class ProtocolsIT {
  @TempDir private static Path folder = Path.of("");

  /** Whatever is acknowledged must be committed, or the command fails. */
  @Test
  void shouldMeasureProtocols() throws IOException {
    Path json = folder.resolve("protocols.json");
    int status =
        new CommandLine(new BenchCommand())
            .execute(
                "protocols",
                "--protocols",
                "ndjson,seq",
                "--records",
                "2000",
                "--warm-up",
                "1000",
                "--batch",
                "100",
                "--folder",
                folder.toString(),
                "--json",
                json.toString());
    assertEquals(0, status);
    JsonNode results = new ObjectMapper().readTree(json.toFile());
    assertEquals(2, results.size());
    for (JsonNode result : results) {
      assertTrue(result.path("committedPerSecond").asDouble() > 0, result::toString);
    }
  }
}
