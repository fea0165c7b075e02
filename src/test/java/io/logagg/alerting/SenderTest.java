package io.logagg.alerting;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.alert.CallableHosts;
import io.logagg.alert.Receiver.Kind;
import io.logagg.persistence.AlertHistory;
import io.logagg.persistence.AlertHistory.Delivery;
import io.logagg.persistence.AlertHistory.State;
import io.logagg.persistence.AlertOutbox;
import io.logagg.persistence.AlertRules.View;
import io.logagg.persistence.Lease;
import io.logagg.testing.Eventually;
import io.logagg.testing.WebhookReceiver;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Notifications on their way to a receiver that is there, or not. */
final class SenderTest {
  private final AlertScene scene = new AlertScene();
  private final WebhookReceiver receiver = new WebhookReceiver();
  private final AlertHistory history = new AlertHistory(scene.database.database());
  private final Sender sender = sender(scene.options, scene.outbox);

  private Sender sender(AlertOptions options, AlertOutbox outbox) {
    return scene.context.get(
        () ->
            new Sender(
                options,
                outbox,
                new Poster(scene.database.vertx(), options.hosts()),
                scene.meters));
  }

  @AfterEach
  void close() {
    receiver.close();
    scene.close();
  }

  /** A rule that fires in the first minute, and is resolved in the second. */
  private View fires(Kind kind, String url) {
    scene.receiver("r", kind, url);
    View rule =
        scene.create(
            "{'name':'silence','kind':'absence','window':'1m','group_by':'none','receivers':['r']}");
    scene.minute();
    return rule;
  }

  private void resolve() {
    scene.now.addAndGet(AlertScene.MINUTE);
    scene.store("shop", "here");
    scene.evaluate();
  }

  private List<Delivery> deliveries() {
    return await(history.deliveries(null, null, 100));
  }

  /** Sends until the first delivery is as it should be. */
  private Delivery sendUntil(Predicate<Delivery> fits) {
    return Eventually.value(
        "the first delivery",
        () -> {
          scene.context.await(sender::send);
          List<Delivery> all = deliveries();
          return all.get(all.size() - 1);
        },
        fits);
  }

  private void comeDue() {
    scene.database.sql("UPDATE alert_deliveries SET next_at = now()");
  }

  @Test
  void shouldDeliverEachOnceAndInOrder() {
    fires(Kind.WEBHOOK, receiver.url() + "/hook?token=s3cret");
    resolve();
    Eventually.value(
        "both",
        () -> {
          scene.context.await(sender::send);
          return deliveries().stream().map(Delivery::state).toList();
        },
        List.of(State.DELIVERED, State.DELIVERED)::equals);
    scene.context.await(sender::send);
    assertEquals(2, receiver.requests().size());
    assertEquals("/hook?token=s3cret", receiver.requests().get(0).path());
    assertEquals(
        List.of("firing", "resolved"),
        receiver.requests().stream()
            .map(request -> request.json().at("/alerts/0/status").asText())
            .toList());
    assertNotEquals(receiver.requests().get(0).key(), receiver.requests().get(1).key());
    assertEquals(deliveries().get(1).key(), receiver.requests().get(0).key());
  }

  @Test
  void shouldTryAgainWithTheSameKeyAndLetNoneOvertake() {
    receiver.answers(503);
    fires(Kind.WEBHOOK, receiver.url());
    resolve();
    Delivery waiting = sendUntil(one -> one.attempts() == 1 && one.error() != null);
    assertEquals("it answered with status 503", waiting.error());
    assertEquals(State.WAITING, waiting.state());
    assertTrue(waiting.nextAtMicros() > 0);
    scene.context.await(sender::send);
    assertEquals(1, receiver.requests().size(), "its time has not come");
    receiver.answers(204);
    comeDue();
    sendUntil(one -> one.state() == State.DELIVERED);
    Eventually.value(
        "the other",
        () -> {
          scene.context.await(sender::send);
          return receiver.requests().size();
        },
        count -> count == 3);
    assertEquals(receiver.requests().get(0).key(), receiver.requests().get(1).key());
    assertEquals("resolved", receiver.requests().get(2).json().at("/alerts/0/status").asText());
  }

  @Test
  void shouldGiveUpWhatIsRefusedAndGoOn() {
    receiver.answers(404);
    fires(Kind.SLACK, receiver.url());
    assertEquals(State.GIVEN_UP, sendUntil(one -> one.doneAtMicros() != null).state());
    receiver.answers(200);
    resolve();
    Eventually.value(
        "the other",
        () -> {
          scene.context.await(sender::send);
          return deliveries().get(0).state();
        },
        State.DELIVERED::equals);
  }

  @Test
  void shouldGiveUpWhatIsTooOld() {
    fires(Kind.SLACK, "http://127.0.0.1:1/");
    sendUntil(one -> one.attempts() == 1 && one.error() != null);
    assertEquals("no connection could be made", deliveries().get(0).error());
    scene.database.sql("UPDATE alert_deliveries SET made_at = now() - interval '2 hours'");
    comeDue();
    assertEquals(State.GIVEN_UP, sendUntil(one -> one.doneAtMicros() != null).state());
  }

  @Test
  void shouldFollowNoRedirectAndReadNoLongAnswer() {
    try (WebhookReceiver other = new WebhookReceiver()) {
      receiver.answers(302, "Location", other.url());
      fires(Kind.WEBHOOK, receiver.url());
      assertEquals(
          "it answered with status 302", sendUntil(one -> one.doneAtMicros() != null).error());
      assertEquals(List.of(), other.requests());
    }
    receiver.answers(200);
    receiver.answersWith(50_000_000);
    resolve();
    Eventually.value(
        "the other",
        () -> {
          scene.context.await(sender::send);
          return deliveries().get(0).state();
        },
        State.DELIVERED::equals);
  }

  @Test
  void shouldCallNobodyThatMayNotBeCalled() {
    AlertOptions usual = scene.options(new CallableHosts(List.of()));
    Sender careful = sender(usual, scene.outbox);
    fires(Kind.WEBHOOK, "http://localhost:" + receiver.port());
    Delivery refused =
        Eventually.value(
            "an attempt",
            () -> {
              scene.context.await(careful::send);
              return deliveries().get(0);
            },
            one -> one.error() != null);
    assertEquals(
        "the receiver's address may not be called, see alerts.allowedHosts", refused.error());
    assertEquals(List.of(), receiver.requests());
  }

  @Test
  void shouldSendNothingThatAnotherHasBegun() {
    fires(Kind.WEBHOOK, receiver.url());
    AlertOutbox.Delivery next = await(scene.outbox.next()).get(0);
    assertTrue(await(scene.outbox.begin(next, 30_000)));
    assertFalse(await(scene.outbox.begin(next, 30_000)));
    scene.context.await(sender::send);
    assertEquals(List.of(), await(scene.outbox.next()));
    assertEquals(List.of(), receiver.requests());
    // The other was killed: its claim is over one day.
    comeDue();
    sendUntil(one -> one.state() == State.DELIVERED);
    assertEquals(1, receiver.requests().size());
    assertEquals(2, deliveries().get(0).attempts());
  }

  @Test
  void shouldBeginNothingWithoutTheLeaseButNoteWhatWasTaken() {
    fires(Kind.WEBHOOK, receiver.url());
    AlertOutbox.Delivery next = await(scene.outbox.next()).get(0);
    assertTrue(await(scene.outbox.begin(next, 30_000)));
    scene.database.sql("UPDATE leases SET expires_at = '-infinity'");
    Lease other = scene.lease(2);
    assertTrue(await(other.hold()));
    assertFalse(await(scene.outbox.end(next, null, 1000, false, 1)));
    assertEquals(State.DELIVERED, deliveries().get(0).state());
    comeDue();
    AlertOutbox others = new AlertOutbox(scene.database.database(), other);
    assertEquals(List.of(), await(others.next()));
  }

  @Test
  void shouldRepeatToAnAlertmanagerWhatFires() {
    fires(Kind.ALERTMANAGER, receiver.url());
    sendUntil(one -> one.state() == State.DELIVERED);
    List<WebhookReceiver.Request> requests =
        Eventually.value(
            "the notification, and one that is repeated",
            () -> {
              scene.context.await(sender::send);
              return List.copyOf(receiver.requests());
            },
            all -> all.size() == 2);
    for (WebhookReceiver.Request request : requests) {
      assertEquals("/api/v2/alerts", request.path());
      assertEquals("silence", request.json().at("/0/labels/alertname").asText());
    }
    resolve();
    Sender taken = sender(scene.options, scene.outbox);
    Eventually.value(
        "the end",
        () -> {
          scene.context.await(taken::send);
          return List.copyOf(receiver.requests());
        },
        all -> all.size() == 3);
    assertEquals(
        "2026-11-24T08:02:00Z", receiver.requests().get(2).json().at("/0/endsAt").asText());
  }
}
