package io.logagg.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.testing.Api;
import io.logagg.testing.EventStream;
import io.logagg.testing.Eventually;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.Scrape;
import io.logagg.testing.TemporaryFolders;
import io.logagg.testing.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The live tail through the API, with records stored by any process. */
final class TailIT {
  private static final String TAIL = "/api/v1/logs/tail";

  private final List<RunningLogagg> running = new ArrayList<>();
  private final List<EventStream> streams = new ArrayList<>();
  private TestServers servers;
  private Path folder;

  @BeforeEach
  void prepare() throws IOException {
    servers = TestServers.reset();
    folder = Files.createTempDirectory("logagg-tail");
  }

  @AfterEach
  void stop() {
    streams.forEach(EventStream::close);
    running.forEach(RunningLogagg::close);
    TemporaryFolders.delete(folder);
  }

  private RunningLogagg start(String... settings) throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("DATABASE_URL", servers.postgresUrl());
    environment.put("REDIS_URL", servers.redisUrl());
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    Path own = Files.createDirectory(folder.resolve("p" + running.size()));
    RunningLogagg server = RunningLogagg.start(own, environment);
    running.add(server);
    return server;
  }

  private EventStream follow(RunningLogagg server, String query, String lastId) {
    String[] headers = lastId.isEmpty() ? new String[0] : new String[] {"Last-Event-ID", lastId};
    EventStream stream = EventStream.open(server, TAIL + query, headers);
    streams.add(stream);
    return stream;
  }

  private static List<String> lines(String app, String level, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(
            i ->
                "{\"app\":\"%s\",\"level\":\"%s\",\"message\":\"m%d\",\"metadata_\":{\"n\":%d}}"
                    .formatted(app, level, i, i))
        .toList();
  }

  private static List<String> names(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
  }

  @Test
  void shouldShowWhatIsStoredByAnyProcessWhateverItsTime() throws IOException {
    RunningLogagg one = start();
    RunningLogagg other = start();
    new Api(one).ingestLines(lines("before", "INFO", 0, 3));
    new Api(one).awaitTotal("", 3);
    EventStream all = follow(one, "", "");
    EventStream some = follow(one, "?level=error&q=n:%3E=5", "");
    new Api(other).ingestLines(lines("shop", "ERROR", 0, 10));
    new Api(one).ingestLines(lines("shop", "INFO", 10, 12));
    Api.expect(
        201,
        new Api(other)
            .send(
                "POST",
                "/api/v1/logs",
                "{\"app\":\"old\",\"level\":\"error\",\"message\":\"late\",\"metadata_\":{\"n\":7},\"timestamp\":\"1999-12-31T23:59:59Z\"}"));
    all.awaitMessages(seen -> seen.size() == 13);
    some.awaitMessages(seen -> seen.size() == 6);
    List<String> expected = new ArrayList<>(names(0, 12));
    expected.add("late");
    assertEquals(expected.stream().sorted().toList(), all.messages().stream().sorted().toList());
    List<String> errors = new ArrayList<>(names(5, 10));
    errors.add("late");
    assertEquals(errors.stream().sorted().toList(), some.messages().stream().sorted().toList());
    EventStream.Event last =
        all.events("log").stream()
            .filter(event -> event.data().path("message").asText().equals("late"))
            .findFirst()
            .orElseThrow();
    String id = last.data().path("id").asText();
    assertEquals(new Api(one).get("/api/v1/logs/" + id), last.data());
  }

  @Test
  void shouldGoOnWithoutGapOrRepeatWhereverAStreamWasCut() throws IOException {
    RunningLogagg server = start();
    Api api = new Api(server);
    Random random = new Random(5);
    List<String> seen = new ArrayList<>();
    String lastId = "";
    int stored = 0;
    for (int round = 0; round < 8; round++) {
      EventStream stream = follow(server, "?app=shop", lastId);
      Eventually.value("the position", stream::lastId, id -> !id.isEmpty());
      int wanted = stored + 1 + random.nextInt(200);
      for (int from = stored; from < stored + 400; from += 100) {
        api.ingestLines(lines("shop", "INFO", from, from + 100));
        api.ingestLines(lines("other", "INFO", from, from + 50));
      }
      int already = seen.size();
      stream.awaitMessages(messages -> already + messages.size() >= wanted);
      // Cut anywhere: what counts is what was read up to an event, whatever came behind it.
      List<EventStream.Event> events = stream.events("log");
      int kept = 1 + random.nextInt(events.size());
      events.subList(0, kept).forEach(event -> seen.add(event.data().path("message").asText()));
      lastId = events.get(kept - 1).id();
      stream.close();
      stored += 400;
    }
    EventStream rest = follow(server, "?app=shop", lastId);
    int missing = stored - seen.size();
    rest.awaitMessages(messages -> messages.size() >= missing);
    seen.addAll(rest.messages());
    assertEquals(names(0, stored).stream().sorted().toList(), seen.stream().sorted().toList());
  }

  @Test
  void shouldTellASlowClientHowManyItMissed() throws IOException {
    RunningLogagg server = start();
    Api api = new Api(server);
    EventStream slow = EventStream.openUnread(server, TAIL);
    streams.add(slow);
    String filler = "x".repeat(2000);
    int count = 20_000;
    for (int from = 0; from < count; from += 1000) {
      int begin = from;
      api.ingestLines(
          IntStream.range(begin, begin + 1000)
              .mapToObj(i -> Api.record("shop", "m" + i + " " + filler))
              .toList());
    }
    api.awaitTotal("", count);
    EventStream other = follow(server, "?q=last", "");
    api.ingestLines(List.of(Api.record("shop", "last")));
    other.awaitMessages(List.of("last")::equals);
    slow.read();
    slow.awaitMessages(seen -> seen.size() + missed(slow) == count + 1);
    assertTrue(missed(slow) > 0, "nothing was missed");
    assertTrue(
        Scrape.of(server).sum("logagg_tail_records_total", "outcome", "missed") > 0,
        "no metric of it");
  }

  private static long missed(EventStream stream) {
    return stream.events("missed").stream()
        .mapToLong(event -> event.data().path("missed").longValue())
        .sum();
  }

  @Test
  void shouldSayWhenAPositionIsTooOld() throws IOException {
    RunningLogagg server = start();
    Api api = new Api(server);
    EventStream first = follow(server, "", "");
    api.ingestLines(lines("shop", "INFO", 0, 1));
    first.awaitMessages(List.of("m0")::equals);
    String lastId = first.lastId();
    first.close();
    servers.sql("TRUNCATE commits");
    api.ingestLines(lines("shop", "INFO", 1, 2));
    api.awaitTotal("", 2);
    EventStream second = follow(server, "", lastId);
    Eventually.value("a gap", () -> second.events("gap"), gaps -> gaps.size() == 1);
    api.ingestLines(lines("shop", "INFO", 2, 3));
    second.awaitMessages(List.of("m2")::equals);
  }

  @Test
  void shouldBoundItsClientsAndBeatForThem() throws IOException {
    RunningLogagg server =
        start("LOGAGG_HTTP_MAX_TAILS", "2", "LOGAGG_HTTP_IDLE_TIMEOUT_MS", "1500");
    Api.problem(400, server.get(TAIL + "?last_event_id=nonsense"));
    Api.problem(400, server.get(TAIL + "?limit=5"));
    Api.problem(400, server.get(TAIL + "?q=level:"));
    EventStream one = follow(server, "", "");
    EventStream two = follow(server, "?q=x", "");
    var refused = server.get(TAIL);
    Api.problem(503, refused);
    assertTrue(!Api.header(refused, "Retry-After").isEmpty());
    Eventually.value("beats", two::comments, beats -> beats >= 5);
    assertTrue(!one.isAtEnd() && !two.isAtEnd(), "a quiet stream was closed");
    two.close();
    Eventually.value("a place", () -> placeIsFree(server), free -> free);
  }

  private static boolean placeIsFree(RunningLogagg server) {
    var answer = server.stream(server.request(TAIL).GET());
    try {
      answer.body().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return answer.statusCode() == 200;
  }

  @Test
  void shouldEndStreamsAtOnceWhenItStops() throws IOException {
    RunningLogagg server = start();
    EventStream stream = follow(server, "", "");
    Eventually.value("the position", stream::lastId, id -> !id.isEmpty());
    long begun = System.nanoTime();
    int status = server.stop();
    assertTrue(status == 0 || status == 143, "status " + status);
    assertTrue(System.nanoTime() - begun < 5_000_000_000L, "it waited for the stream");
    Eventually.value("the end", stream::isAtEnd, end -> end);
  }
}
