package io.logagg.http.reply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LargeRepliesTest {
  private final LargeReplies replies = new LargeReplies(10);

  @Test
  void shouldHaveFewHeavyOnesAtOnce() {
    List<Promise<Void>> running = new ArrayList<>();
    for (int i = 0; i < LargeReplies.MAX_HEAVY; i++) {
      Promise<Void> promise = Promise.promise();
      running.add(promise);
      assertFalse(replies.sendHeavy(promise::future).isComplete());
    }
    assertThrows(ProblemException.class, () -> replies.sendHeavy(Future::succeededFuture));
    assertTrue(replies.send(Future::succeededFuture).succeeded());
    running.get(0).fail("the reader went away");
    assertTrue(replies.sendHeavy(Future::succeededFuture).succeeded());
    assertEquals(LargeReplies.MAX_HEAVY - 1, replies.current());
  }

  @Test
  void shouldLeaveThePlaceOfAHeavyOneThatCannotBegin() {
    for (int i = 0; i <= LargeReplies.MAX_HEAVY; i++) {
      assertThrows(
          IllegalStateException.class,
          () ->
              replies.sendHeavy(
                  () -> {
                    throw new IllegalStateException("no");
                  }));
    }
    assertTrue(replies.sendHeavy(Future::succeededFuture).succeeded());
    assertEquals(0, replies.current());
  }
}
