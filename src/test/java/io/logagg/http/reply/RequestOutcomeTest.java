package io.logagg.http.reply;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class RequestOutcomeTest {
  @Test
  void shouldTellOutcomesByStatus() {
    assertEquals(RequestOutcome.OK, RequestOutcome.ofStatus(202));
    assertEquals(RequestOutcome.INVALID, RequestOutcome.ofStatus(422));
    assertEquals(RequestOutcome.LIMITED, RequestOutcome.ofStatus(429));
    assertEquals(RequestOutcome.ERROR, RequestOutcome.ofStatus(500));
    assertEquals(RequestOutcome.UNAVAILABLE, RequestOutcome.ofStatus(503));
    assertEquals(RequestOutcome.TIMEOUT, RequestOutcome.ofStatus(504));
  }
}
