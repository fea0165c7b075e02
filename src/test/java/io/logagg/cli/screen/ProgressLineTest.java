package io.logagg.cli.screen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.cli.screen.ProgressLine.State;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ProgressLineTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private long nanos;

  private ProgressLine on(boolean terminal, int columns) {
    return new ProgressLine(
        new PrintStream(shown, true, StandardCharsets.UTF_8),
        new Terminal(terminal, columns),
        () -> nanos);
  }

  private String shown() {
    return shown.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldTellShareRateAndWhatIsLeft() {
    assertEquals(
        "app.log [#####               ] 25%  50 000 records  25 000/s  0:06 left",
        ProgressLine.text(new State("app.log", 250, 1000, 50_000), 2_000_000_000L, 0));
  }

  @Test
  void shouldGuessWhatIsLeftByWhatWasDoneHere() {
    assertTrue(
        ProgressLine.text(new State("a", 750, 1000, 1), 2_000_000_000L, 500).endsWith("0:02 left"));
  }

  @Test
  void shouldTellBytesWhereTheEndIsNotKnown() {
    assertEquals(
        "export 1.5 KiB  10 records  5/s",
        ProgressLine.text(new State("export", 1536, 0, 10), 2_000_000_000L, 0));
  }

  @Test
  void shouldShowNothingWhereNobodyLooksOn() {
    ProgressLine line = on(false, 80);
    nanos = 1_000_000_000L;
    line.show(new State("a", 1, 2, 3));
    line.clear();
    assertEquals("", shown());
  }

  @Test
  void shouldStayInOneLineAndMakeRoom() {
    ProgressLine line = on(true, 20);
    line.show(new State("a-long-name-of-a-file", 1, 2, 3));
    assertEquals("", shown()); // Nobody can have waited for it yet.
    nanos = 1_000_000_000L;
    line.show(new State("a-long-name-of-a-file", 1, 2, 3));
    line.tell("news");
    assertEquals("\r\u001B[Ka-long-name-of-a-fi\r\u001B[Knews" + System.lineSeparator(), shown());
  }

  @Test
  void shouldReadTheWidthOfAShell() {
    assertEquals(OptionalInt.of(132), Terminal.columns("132"));
    assertEquals(OptionalInt.of(40), Terminal.columns("3"));
    assertEquals(OptionalInt.of(10_000), Terminal.columns("999999999"));
    assertEquals(OptionalInt.empty(), Terminal.columns("wide"));
    assertEquals(OptionalInt.empty(), Terminal.columns("0"));
    assertEquals(OptionalInt.empty(), Terminal.columns(null));
  }
}
