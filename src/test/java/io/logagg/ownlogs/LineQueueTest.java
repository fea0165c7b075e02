package io.logagg.ownlogs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class LineQueueTest {
  private final LineQueue queue = new LineQueue();

  private static LogLine line(String message) {
    return new LogLine(0, "INFO", "l", "t", message, null);
  }

  private static List<String> messages(List<LogLine> lines) {
    return lines.stream().map(LogLine::message).toList();
  }

  @Test
  void shouldKeepTheOldestLinesUpToItsBound() {
    for (int i = 0; i < LineQueue.MAX_LINES; i++) {
      assertTrue(queue.offer(line("m" + i)));
    }
    assertFalse(queue.offer(line("too late")));
    assertEquals(List.of("m0"), messages(queue.take(1, 1)));
    assertTrue(queue.offer(line("room again")));
    assertEquals(LineQueue.MAX_LINES, queue.size());
  }

  @Test
  void shouldKeepCharactersUpToItsBound() {
    String large = "x".repeat(LineQueue.MAX_CHARS / 4);
    int kept = 0;
    while (queue.offer(line(large))) {
      kept++;
    }
    assertEquals(3, kept); // Each has a little more than its message.
    queue.take(1, 1);
    assertTrue(queue.offer(line(large)));
  }

  @Test
  void shouldHandOutWithinBoundsAndAlwaysOneAtLeast() {
    for (String message : List.of("a", "b", "c")) {
      queue.offer(line(message));
    }
    assertEquals(List.of("a", "b"), messages(queue.take(2, 1_000_000)));
    queue.offer(line("d"));
    assertEquals(List.of("c"), messages(queue.take(10, 1)));
    assertEquals(List.of("d"), messages(queue.take(10, 1000)));
    assertEquals(List.of(), messages(queue.take(10, 1000)));
  }
}
