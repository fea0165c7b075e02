package io.logagg.stream;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.stream.RedisException.Kind;
import io.logagg.testing.Eventually;
import io.logagg.testing.OnContext;
import io.logagg.testing.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RedisLinkTest {
  private static final long TIMEOUT_MS = 400;

  private final TestRedis redis = TestRedis.open();
  private final Vertx vertx = redis.vertx();
  private final OnContext context = new OnContext(vertx);
  private final AtomicInteger ups = new AtomicInteger();
  private final RedisLink link = open(redis.url());

  private RedisLink open(String url) {
    RedisSettings settings = new RedisSettings(url, TIMEOUT_MS, new Random(1));
    return context.get(() -> RedisLink.open(vertx, settings, "test", ups::incrementAndGet));
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private void awaitUp() {
    Eventually.value("the link", () -> context.get(link::isUp), up -> up);
  }

  private static Request echo(String text) {
    return Request.cmd(Command.ECHO).arg(text);
  }

  private Response send(Request request) {
    return context.await(() -> link.send(request));
  }

  private static Kind kindOf(Future<?> failed) {
    return assertThrows(RedisException.class, () -> await(failed)).kind();
  }

  @Test
  void shouldAnswerCommands() {
    awaitUp();
    assertEquals("hello", send(echo("hello")).toString());
    assertEquals(1, ups.get());
  }

  @Test
  void shouldAnswerAPipelineInOrderWithNilsInIt() {
    awaitUp();
    List<Response> answers =
        context.await(
            () ->
                link.sendAll(
                    List.of(echo("1"), Request.cmd(Command.GET).arg("no such key"), echo("3"))));
    assertEquals("1", answers.get(0).toString());
    assertEquals(null, answers.get(1));
    assertEquals("3", answers.get(2).toString());
  }

  @Test
  void shouldTellWhatRedisRefused() {
    awaitUp();
    redis.command(Command.SET, "text", "value");
    assertEquals(
        Kind.ERROR, kindOf(context.start(() -> link.send(Request.cmd(Command.XLEN).arg("text")))));
    Request read =
        Request.cmd(Command.XREADGROUP)
            .arg("GROUP")
            .arg("g")
            .arg("c")
            .arg("STREAMS")
            .arg("s")
            .arg(">");
    assertEquals(Kind.NO_GROUP, kindOf(context.start(() -> link.send(read))));
    assertTrue(context.get(link::isUp), "an error is no reason to give up the connection");
  }

  @Test
  void shouldTellThatRedisHasNoMemoryLeft() {
    awaitUp();
    redis.command(Command.CONFIG, "SET", "maxmemory", "1");
    try {
      Request add = Request.cmd(Command.XADD).arg("s").arg("*").arg("a").arg("b");
      assertEquals(Kind.OUT_OF_MEMORY, kindOf(context.start(() -> link.send(add))));
    } finally {
      redis.command(Command.CONFIG, "SET", "maxmemory", "0");
    }
  }

  @Test
  void shouldNotSendWhileThereIsNoConnection() {
    RedisLink nowhere = open("redis://127.0.0.1:1/0");
    assertEquals(Kind.NOT_SENT, kindOf(context.start(() -> nowhere.send(echo("x")))));
    String reason =
        Eventually.value(
            "a reason",
            () -> context.get(nowhere::downReason),
            text -> !text.equals("not connected yet"));
    assertTrue(reason.contains("refused"), reason);
    context.await(nowhere::close);
  }

  @Test
  void shouldComeBackAfterTheServerClosedTheConnection() {
    for (int round = 1; round <= 3; round++) {
      int before = round;
      Eventually.value("up for the " + round + ". time", ups::get, count -> count == before);
      redis.killClients();
    }
    Eventually.value("up again", ups::get, count -> count == 4);
    assertEquals("hello", send(echo("hello")).toString());
  }

  @Test
  void shouldFailWhatIsUnderWayWhenTheConnectionBreaks() {
    awaitUp();
    Future<Response> blocked = context.start(() -> link.send(blocking(), 20_000));
    redis.awaitBlockedClient();
    redis.killClients();
    assertEquals(Kind.UNKNOWN, kindOf(blocked));
    Eventually.value("up again", ups::get, count -> count == 2);
  }

  private static Request blocking() {
    return Request.cmd(Command.BLPOP).arg("no such list").arg(0);
  }

  @Test
  void shouldGiveUpACommandThatTakesTooLong() {
    awaitUp();
    redis.command(Command.CLIENT, "PAUSE", "1500", "ALL");
    long start = System.nanoTime();
    Future<Response> first = context.start(() -> link.send(echo("first")));
    Future<Response> second = context.start(() -> link.send(echo("second")));
    assertEquals(Kind.UNKNOWN, kindOf(first));
    assertEquals(Kind.UNKNOWN, kindOf(second));
    long tookMs = (System.nanoTime() - start) / 1_000_000;
    assertTrue(tookMs >= TIMEOUT_MS && tookMs < 1400, () -> tookMs + " ms");
    assertFalse(context.get(link::isUp));
    awaitUp();
    assertEquals("third", send(echo("third")).toString());
    Eventually.value("only the link and the test's", redis::clients, count -> count == 2);
  }

  @Test
  void shouldLeaveNoConnectionBehindWhenRedisHangsForLong() {
    awaitUp();
    redis.command(Command.CLIENT, "PAUSE", "3000", "ALL");
    assertEquals(Kind.UNKNOWN, kindOf(context.start(() -> link.send(echo("first")))));
    Eventually.value("up again", ups::get, count -> count == 2);
    Eventually.value("only the link and the test's", redis::clients, count -> count == 2);
  }

  @Test
  void shouldLetABlockingCommandTakeItsTime() {
    awaitUp();
    Request read = Request.cmd(Command.BLPOP).arg("no such list").arg("0.8");
    assertEquals(null, context.await(() -> link.send(read, 800)));
    assertEquals(1, ups.get());
  }

  @Test
  void shouldBoundWhatIsUnderWay() {
    awaitUp();
    List<Future<Response>> sent = Collections.synchronizedList(new ArrayList<>());
    context.await(
        () -> {
          for (int i = 0; i < 5000; i++) {
            sent.add(link.send(echo("x")));
          }
          return Future.succeededFuture();
        });
    int done = 0;
    for (Future<Response> one : sent) {
      try {
        await(one);
        done++;
      } catch (RedisException e) {
        assertEquals(Kind.OVERLOADED, e.kind());
      }
    }
    assertEquals(1024, done);
    assertEquals("x", send(echo("x")).toString(), "there is room again");
  }

  @Test
  void shouldSendAsManyCommandsAtOnceAsItIsGiven() {
    awaitUp();
    List<Request> adds = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      adds.add(Request.cmd(Command.XADD).arg("s").arg("*").arg("n").arg(i));
    }
    assertEquals(5000, context.await(() -> link.sendAll(adds)).size());
    assertEquals(5000, redis.length("s"));
  }

  @Test
  void shouldFailWhatIsUnderWayWhenClosed() {
    awaitUp();
    Future<Response> blocked = context.start(() -> link.send(blocking(), 20_000));
    redis.awaitBlockedClient();
    context.await(link::close);
    assertEquals(Kind.UNKNOWN, kindOf(blocked));
    assertEquals(Kind.NOT_SENT, kindOf(context.start(() -> link.send(echo("late")))));
    Eventually.value("no client left", redis::clients, count -> count == 1);
  }

  @Test
  void shouldStayClosedWhenClosedWhileItConnects() {
    awaitUp();
    RedisLink other =
        context.get(
            () -> {
              RedisLink opening =
                  RedisLink.open(
                      vertx,
                      new RedisSettings(redis.url(), TIMEOUT_MS, new Random(1)),
                      "other",
                      () -> {});
              Future<Void> closing = opening.close();
              assertFalse(closing.failed());
              return opening;
            });
    Eventually.value("only one link and the test's", redis::clients, count -> count == 2);
    assertFalse(context.get(other::isUp));
  }
}
