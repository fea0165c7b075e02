package io.logagg.cli.screen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.logagg.cli.screen.LogLine.Field;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LogLineReaderTest {
  private final LogLineReader reader = new LogLineReader();

  private LogLine read(String json) throws IOException {
    return reader.read(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldReadARecordAsTheApiWritesIt() throws IOException {
    LogLine line =
        read(
            "{\"id\":\"7\",\"timestamp\":\"2026-11-24T08:00:00Z\",\"level\":\"WARN\",\"message\":\"m\\nn\",\"service\":null,\"app\":\"shop\",\"app_id\":1,"
                + "\"metadata_\":{\"a\":{\"b\":1.50,\"c\":{\"d\":\"x\"}},\"tags\":[1,{\"y\":null}],\"n\":null,\"t\":true},\"received_at\":\"x\",\"source_id\":null}");
    assertEquals(
        new LogLine(
            "7",
            "2026-11-24T08:00:00Z",
            "WARN",
            "shop",
            null,
            "m\nn",
            List.of(
                new Field("a.b", "1.50"),
                new Field("a.c.d", "x"),
                new Field("tags", "[1,{\"y\":null}]"),
                new Field("n", "null"),
                new Field("t", "true"))),
        line);
  }

  @Test
  void shouldForgetTheRecordBefore() throws IOException {
    read("{\"id\":\"7\",\"service\":\"s\",\"metadata_\":{\"a\":1}}");
    assertEquals(new LogLine("8", "", "", "", null, "", List.of()), read("{\"id\":\"8\"}"));
  }

  @Test
  void shouldRefuseWhatIsNoRecord() {
    assertThrows(IOException.class, () -> read("[1]"));
    assertThrows(IOException.class, () -> read("{\"id\":"));
  }
}
