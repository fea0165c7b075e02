package io.logagg.stream;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.logagg.stream.RedisException.Kind;
import io.logagg.testing.Eventually;
import io.logagg.testing.OnContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Redis whose answers break in the middle. */
final class DamagedAnswersTest {
  private final Vertx vertx = Vertx.vertx();
  private final OnContext context = new OnContext(vertx);
  private final AtomicInteger ups = new AtomicInteger();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  /** Says OK to all commands but ECHO, and answers three of those with a string without an end. */
  private static void serve(NetSocket socket) {
    StringBuilder received = new StringBuilder();
    AtomicInteger answered = new AtomicInteger();
    socket.handler(
        chunk -> {
          received.append(chunk);
          int echos = count(received, "(?i)\\r\\necho\\r\\n");
          int others = count(received, "\\*\\d+\\r\\n") - echos;
          while (answered.get() < others) {
            answered.incrementAndGet();
            socket.write("+PONG\r\n");
          }
          if (echos == 3) {
            socket.write(Buffer.buffer("$1\r\nabcdefghijk"));
          }
        });
  }

  private static int count(CharSequence text, String regex) {
    return (int) Pattern.compile(regex).matcher(text).results().count();
  }

  @Test
  void shouldTakeNoDamagedAnswerForSuccess() {
    NetServer server =
        await(
            vertx
                .createNetServer()
                .connectHandler(DamagedAnswersTest::serve)
                .listen(0, "127.0.0.1"));
    RedisSettings settings =
        new RedisSettings("redis://127.0.0.1:" + server.actualPort(), 2000, new Random(1));
    RedisLink link =
        context.get(() -> RedisLink.open(vertx, settings, "test", ups::incrementAndGet));
    Eventually.value("the link", () -> context.get(link::isUp), up -> up);
    List<Future<Response>> answers =
        context.get(() -> List.of(link.send(echo()), link.send(echo()), link.send(echo())));
    for (Future<Response> answer : answers) {
      RedisException e = assertThrows(RedisException.class, () -> await(answer));
      assertEquals(Kind.UNKNOWN, e.kind());
    }
    Eventually.value("a new connection", ups::get, count -> count == 2);
  }

  private static Request echo() {
    return Request.cmd(Command.ECHO).arg("x");
  }
}
