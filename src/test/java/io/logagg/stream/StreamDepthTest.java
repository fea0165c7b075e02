package io.logagg.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class StreamDepthTest {
  @Test
  void shouldReadTheShareOfMemoryFromInfo() {
    String info = "# Memory\r\nused_memory:900\r\nused_memory_human:900B\r\nmaxmemory:1000\r\n";
    assertEquals(0.9, StreamDepth.memoryShare(info));
  }

  @Test
  void shouldSayThatNoneIsUsedWhereThereIsNoLimit() {
    assertEquals(0, StreamDepth.memoryShare("used_memory:900\r\nmaxmemory:0\r\n"));
    assertEquals(0, StreamDepth.memoryShare("something else"));
  }
}
