package io.logagg.http.routing;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.access.Authenticator;
import io.logagg.access.KeyLimits;
import io.logagg.access.Principal;
import io.logagg.access.Scope;
import io.logagg.access.Verdict;
import io.logagg.access.Verdict.Known;
import io.logagg.access.Verdict.Refused;
import io.logagg.http.reply.Problems;
import io.logagg.http.request.BodyReader;
import io.logagg.record.AppAccess;
import io.logagg.telemetry.Metrics;
import io.logagg.testing.Eventually;
import io.logagg.testing.OnContext;
import io.logagg.testing.Scrape;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Who gets in, told by a small server with the real gatekeeper and keys that the test hands out.
 */
final class GatekeeperTest {
  private static final int MAX_BYTES = 64 << 20;

  private final Vertx vertx = Vertx.vertx();
  private final Metrics metrics = new Metrics();
  private final Keys keys = new Keys();
  private final AtomicInteger calls = new AtomicInteger();
  private final Promise<Void> stored = Promise.promise();
  private final int port = serve();

  /** Kept, since one that nobody refers to closes its connections when it is collected. */
  private final Map<HttpVersion, HttpClient> clients = new ConcurrentHashMap<>();

  /** Those that the test knows; each refresh waits until the test lets it go. */
  private static final class Keys implements Authenticator {
    private final Map<String, Verdict> verdicts = new ConcurrentHashMap<>();
    private final AtomicInteger refreshes = new AtomicInteger();
    private final AtomicInteger withdrawals = new AtomicInteger();
    private volatile Promise<Void> refresh = Promise.promise();
    private final AtomicInteger looks = new AtomicInteger();
    private volatile boolean holds = true;

    @Override
    public boolean asksForKeys() {
      return true;
    }

    @Override
    public Verdict verify(String key) {
      return verdicts.getOrDefault(key, Refused.UNKNOWN);
    }

    @Override
    public boolean stillHolds(Principal principal) {
      looks.incrementAndGet();
      withdrawals.addAndGet(holds ? 0 : 1);
      return holds;
    }

    @Override
    public Future<Void> refresh() {
      io.vertx.core.Context caller = Vertx.currentContext();
      Promise<Void> here = Promise.promise();
      refresh.future().onComplete(done -> caller.runOnContext(back -> here.complete()));
      refreshes.incrementAndGet();
      return here.future();
    }
  }

  private static Principal principal(AppAccess apps, Scope... scopes) {
    return new Principal("id", "name", Set.of(scopes), apps, KeyLimits.NONE, null);
  }

  private int serve() {
    OnContext context = new OnContext(vertx);
    return context
        .await(
            () -> {
              Router router = Router.router(vertx);
              router
                  .route()
                  .handler(
                      ctx -> {
                        ctx.addEndHandler(end -> UnreadBody.endSoon(vertx, ctx.request()));
                        ctx.next();
                      });
              Gatekeeper gatekeeper =
                  new Gatekeeper(keys, new Refusals(metrics, System::nanoTime)).watching(vertx);
              Routes routes = new Routes(router, gatekeeper);
              routes.get("/open", Access.OPEN, this::answer);
              routes.get("/read", Access.READ, this::answer);
              routes.get("/all", Access.READ_ALL, this::answer);
              routes.get("/never", Access.READ, ctx -> calls.incrementAndGet());
              routes.add(HttpMethod.POST, "/echo", Access.INGEST, GatekeeperTest::echo);
              routes.add(HttpMethod.POST, "/stored", Access.INGEST, this::answerOnceStored);
              AllowedMethods.complete(router, gatekeeper);
              router.errorHandler(
                  404,
                  ctx -> gatekeeper.orHide(ctx, () -> Problems.reply(ctx, Problems.ofStatus(404))));
              return vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1");
            })
        .actualPort();
  }

  private void answer(RoutingContext ctx) {
    calls.incrementAndGet();
    ctx.response().end(Gatekeeper.principal(ctx).id());
  }

  /** As an upload does that waits for its commit. */
  private void answerOnceStored(RoutingContext ctx) {
    BodyReader.read(ctx, MAX_BYTES)
        .onSuccess(body -> calls.incrementAndGet())
        .compose(body -> stored.future())
        .onSuccess(done -> ctx.response().setStatusCode(202).end())
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private static void echo(RoutingContext ctx) {
    BodyReader.read(ctx, MAX_BYTES)
        .onSuccess(body -> ctx.response().end(Buffer.buffer(body)))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private HttpClient client(HttpVersion version) {
    return clients.computeIfAbsent(
        version,
        one ->
            vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(one).setHttp2ClearTextUpgrade(false)));
  }

  private HttpClientRequest request(
      HttpVersion version, HttpMethod method, String path, String key) {
    HttpClientRequest request = await(client(version).request(method, port, "127.0.0.1", path));
    if (key != null) {
      request.putHeader("X-API-Key", key);
    }
    return request;
  }

  private HttpClientResponse get(String path, String key) {
    return await(request(HttpVersion.HTTP_1_1, HttpMethod.GET, path, key).send());
  }

  /** Asked for in time, or its first bytes would be gone. */
  private static Future<Buffer> body(Future<HttpClientResponse> response) {
    return response.compose(HttpClientResponse::body);
  }

  private static String challenge(String error) {
    return "Bearer realm=\"logagg\", error=\"" + error + "\"";
  }

  private static String challenge(HttpClientResponse answer) {
    return answer.getHeader("WWW-Authenticate");
  }

  private long refused(String reason) {
    return (long)
        Scrape.of(metrics.scrape()).sum("logagg_auth_refused_requests_total", "reason", reason);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({
    "MALFORMED,401,malformed",
    "REVOKED,401,revoked",
    "EXPIRED,401,expired",
    "UNKNOWN,401,unknown",
    "UNDECIDED,503,undecided"
  })
  void shouldAnswerABadKey(Refused verdict, int status, String reason) {
    keys.refresh.complete();
    keys.verdicts.put("k", verdict);
    HttpClientResponse answer = get("/read", "k");
    assertEquals(status, answer.statusCode());
    assertEquals(status == 401 ? challenge("invalid_token") : null, challenge(answer));
    assertEquals(status == 503, answer.getHeader("Retry-After") != null);
    assertEquals(0, calls.get());
    assertEquals(1, refused(reason));
    assertEquals(200, get("/open", "k").statusCode());
  }

  @Test
  void shouldAskForAKeyWhereThereIsNoneAndNameNoPath() {
    for (String path : List.of("/read", "/nowhere", "/echo")) {
      HttpClientResponse answer = get(path, null);
      assertEquals(401, answer.statusCode(), path);
      assertEquals("Bearer realm=\"logagg\"", answer.getHeader("WWW-Authenticate"));
      assertEquals(null, answer.getHeader("Allow"), path);
    }
    assertEquals(3, refused("missing"));
    keys.verdicts.put("k", new Known(principal(AppAccess.ALL, Scope.READ)));
    assertEquals(404, get("/nowhere", "k").statusCode());
    HttpClientResponse wrongMethod = get("/echo", "k");
    assertEquals(405, wrongMethod.statusCode());
    assertEquals("POST", wrongMethod.getHeader("Allow"));
  }

  @Test
  void shouldLetInOnlyWhoHasTheScopeAndTheApps() {
    keys.verdicts.put("ingest", new Known(principal(AppAccess.ALL, Scope.INGEST)));
    keys.verdicts.put("some", new Known(principal(AppAccess.of(List.of("a")), Scope.READ)));
    HttpClientResponse scope = get("/read", "ingest");
    assertEquals(403, scope.statusCode());
    assertEquals(challenge("insufficient_scope"), challenge(scope));
    assertEquals(200, get("/read", "some").statusCode());
    HttpClientResponse apps = get("/all", "some");
    assertEquals(403, apps.statusCode());
    assertEquals(null, challenge(apps));
    assertEquals(1, refused("scope"));
    assertEquals(1, refused("apps"));
    assertEquals(0, keys.refreshes.get());
  }

  @Test
  void shouldTakeOneKeyGivenTwiceAndNoTwoThatDiffer() {
    keys.verdicts.put("k", new Known(principal(AppAccess.ALL, Scope.READ)));
    HttpClientRequest same = request(HttpVersion.HTTP_1_1, HttpMethod.GET, "/read", "k");
    assertEquals(200, await(same.putHeader("Authorization", "Bearer k").send()).statusCode());
    HttpClientRequest two = request(HttpVersion.HTTP_1_1, HttpMethod.GET, "/read", "k");
    HttpClientResponse answer = await(two.putHeader("Authorization", "Bearer l").send());
    assertEquals(401, answer.statusCode());
    assertEquals(challenge("invalid_request"), challenge(answer));
    assertEquals(1, refused("several"));
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void shouldLoseNoByteOfABodyThatWaitedForTheKeyToBeKnown(HttpVersion version) {
    byte[] body = random(3 << 20);
    HttpClientRequest request = request(version, HttpMethod.POST, "/echo", "new");
    request.setChunked(true);
    int half = body.length / 2;
    // Read by the server, or lying on the way, before anybody wants it.
    request.write(Buffer.buffer(body).getBuffer(0, half));
    Eventually.value("the question", keys.refreshes::get, count -> count == 1);
    request.end(Buffer.buffer(body).getBuffer(half, body.length));
    keys.verdicts.put("new", new Known(principal(AppAccess.ALL, Scope.INGEST)));
    keys.refresh.complete();
    assertArrayEquals(body, await(body(request.response())).getBytes());
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void shouldKeepASmallBodyThatHadArrivedWhole(HttpVersion version) {
    HttpClientRequest request = request(version, HttpMethod.POST, "/echo", "new");
    Future<Buffer> sent = body(request.send("small"));
    Eventually.value("the question", keys.refreshes::get, count -> count == 1);
    keys.verdicts.put("new", new Known(principal(AppAccess.ALL, Scope.INGEST)));
    keys.refresh.complete();
    assertEquals("small", await(sent).toString());
  }

  @Test
  void shouldNotGoOnForASenderWhoLeftWhileTheKeyWasLookedUp() {
    HttpClientRequest request = request(HttpVersion.HTTP_1_1, HttpMethod.GET, "/read", "new");
    Future<HttpClientResponse> sent = request.send();
    Eventually.value("the question", keys.refreshes::get, count -> count == 1);
    await(request.connection().close());
    Eventually.value("the end", sent::isComplete, done -> done);
    keys.verdicts.put("new", new Known(principal(AppAccess.ALL, Scope.READ)));
    keys.verdicts.put("k", new Known(principal(AppAccess.ALL, Scope.READ)));
    // The server has seen the close once it has answered somebody who came later.
    assertEquals(200, get("/read", "k").statusCode());
    int before = calls.get();
    keys.refresh.complete();
    assertEquals(200, get("/read", "k").statusCode());
    assertEquals(before + 1, calls.get());
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void shouldAnswerARefusedUploadBeforeItsEnd(HttpVersion version) {
    HttpClientRequest request = request(version, HttpMethod.POST, "/echo", null);
    request.setChunked(true);
    request.write(Buffer.buffer(random(1 << 20)));
    HttpClientResponse answer = await(request.response());
    assertEquals(401, answer.statusCode());
    if (version == HttpVersion.HTTP_1_1) {
      assertEquals("close", answer.getHeader("Connection"));
      Promise<Void> closed = Promise.promise();
      request.connection().closeHandler(end -> closed.complete());
      await(closed.future());
    }
  }

  @Test
  void shouldKeepTheConnectionOfARefusedRequestWithoutABody() {
    HttpClientResponse answer = get("/read", null);
    assertEquals(401, answer.statusCode());
    assertEquals(null, answer.getHeader("Connection"));
  }

  @Test
  void shouldEndWhatIsUnderWayOnceTheKeyIsTakenBack() {
    keys.verdicts.put("k", new Known(principal(AppAccess.ALL, Scope.READ, Scope.INGEST)));
    Future<HttpClientResponse> silent =
        request(HttpVersion.HTTP_1_1, HttpMethod.GET, "/never", "k").send();
    Eventually.value("the route", calls::get, count -> count == 1);
    HttpClientRequest upload = request(HttpVersion.HTTP_1_1, HttpMethod.POST, "/echo", "k");
    upload.setChunked(true);
    upload.write("begun");
    int seen = keys.looks.get();
    Eventually.value("looks at both", keys.looks::get, looks -> looks >= seen + 4);
    Future<HttpClientResponse> begun = upload.response();
    assertFalse(silent.isComplete() || begun.isComplete());
    keys.holds = false;
    HttpClientResponse answer = await(begun);
    assertEquals(401, answer.statusCode());
    assertEquals(challenge("invalid_token"), challenge(answer));
    Eventually.value("the cut", silent::isComplete, done -> done);
    assertTrue(silent.failed());
    assertEquals(2, refused("withdrawn"));
  }

  @Test
  void shouldLetARequestEndThatWasTakenWholeWhileTheKeyWasGood() {
    keys.verdicts.put("k", new Known(principal(AppAccess.ALL, Scope.INGEST)));
    HttpClientRequest upload = request(HttpVersion.HTTP_1_1, HttpMethod.POST, "/stored", "k");
    Future<HttpClientResponse> sent = upload.send("whole");
    Eventually.value("the body", calls::get, count -> count == 1);
    keys.holds = false;
    Eventually.value("the look", keys.withdrawals::get, count -> count == 1);
    stored.complete();
    HttpClientResponse answer = await(sent);
    assertEquals(202, answer.statusCode());
    assertEquals(null, challenge(answer));
    assertEquals(0, refused("withdrawn"));
  }
}
