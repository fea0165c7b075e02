package io.logagg.http;

import io.logagg.config.HttpConfig;
import io.logagg.http.agents.ElasticPaths;
import io.logagg.http.edge.Cors;
import io.logagg.http.edge.KnownHosts;
import io.logagg.http.edge.SecurityHeaders;
import io.logagg.http.ingest.IngestGate;
import io.logagg.http.ingest.RunningIngests;
import io.logagg.http.reply.Problems;
import io.logagg.http.routing.AllowedMethods;
import io.logagg.http.routing.Gatekeeper;
import io.logagg.http.routing.Refusals;
import io.logagg.http.routing.Routes;
import io.logagg.http.tail.TailRoutes;
import io.logagg.stream.StreamAppender;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Serves the HTTP API. Each instance has a connection of its own to Redis; all share one port. */
public final class HttpVerticle extends VerticleBase {
  private static final int MAX_HEADER_BYTES = 32 << 10;
  private static final int MAX_LINE_BYTES = 32 << 10;

  private final HttpOptions options;
  private final RunningIngests running = new RunningIngests();
  private @Nullable HttpServer server;
  private @Nullable StreamAppender appender;
  private @Nullable IngestGate gate;
  private @Nullable SlowConnections slow;
  private @Nullable TailRoutes tails;

  public HttpVerticle(HttpOptions options) {
    this.options = options;
  }

  @Override
  public Future<?> start() {
    StreamAppender stream = StreamAppender.open(vertx, options.redis(), options.names());
    IngestGate open =
        new IngestGate(
            vertx,
            stream,
            options.diskIsLow(),
            options.stream().maxPendingRecords(),
            options.maxDeadLetters());
    appender = stream;
    gate = open;
    HttpConfig http = options.http();
    HttpServer created = vertx.createHttpServer(serverOptions(http));
    server = created;
    SlowConnections watched =
        new SlowConnections(
            vertx,
            options.connections(),
            http.idleTimeoutMs(),
            http.minBytesPerSecond(),
            System::nanoTime);
    slow = watched;
    Router routes = router(stream, open);
    SecurityHeaders headers = new SecurityHeaders(http.tls().enabled());
    routes.route().order(-2).handler(headers::again);
    routes
        .route()
        .order(-1)
        .handler(new RequestMeters(options.metrics(), options.largeReplies())::routed)
        .handler(watched::routed);
    // A negative port is any free one, but the same for all instances.
    int port = http.port() == 0 ? -1 : http.port();
    return created
        .connectionHandler(watched::opened)
        .invalidRequestHandler(
            request -> {
              headers.put(request.response());
              Problems.unreadable(request);
            })
        .requestHandler(
            request -> {
              headers.put(request.response());
              routes.handle(request);
            })
        .listen(port, http.host())
        .onSuccess(this::listening);
  }

  private void listening(HttpServer listening) {
    options.tls().ifPresent(tls -> tls.add(listening));
    options.onListening().accept(listening.actualPort());
  }

  private HttpServerOptions serverOptions(HttpConfig http) {
    HttpServerOptions server =
        new HttpServerOptions()
            .setIdleTimeout(http.idleTimeoutMs())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setMaxInitialLineLength(MAX_LINE_BYTES)
            .setTcpNoDelay(true)
            // A request that asks for the upgrade may otherwise never be answered.
            .setHttp2ClearTextEnabled(false)
            .setCompressionSupported(true);
    options.tls().ifPresent(tls -> tls.secureHttp(server));
    return server;
  }

  Router router(StreamAppender stream, IngestGate open) {
    Router router = Router.router(vertx);
    router.route().handler(HttpVerticle::withoutTrailingSlash);
    router.route().handler(ElasticPaths::unify);
    router
        .route()
        .handler(new KnownHosts(options.http(), options.authenticator().asksForKeys())::handle);
    router.route().handler(new Cors(options.http().corsOrigins())::handle);
    Refusals refusals = new Refusals(options.metrics(), System::nanoTime);
    Gatekeeper gatekeeper = new Gatekeeper(options.authenticator(), refusals).watching(vertx);
    Routes routes = new Routes(router, gatekeeper);
    RouteGroups groups = new RouteGroups(vertx, options, stream, open, running);
    tails = groups.tails();
    groups.all().forEach(group -> group.mount(routes));
    router.route().failureHandler(HttpVerticle::fail);
    AllowedMethods.complete(router, gatekeeper);
    for (int status : List.of(400, 413, 414)) {
      router.errorHandler(status, ctx -> Problems.reply(ctx, Problems.ofStatus(status)));
    }
    router.errorHandler(
        404, ctx -> gatekeeper.orHide(ctx, () -> Problems.reply(ctx, Problems.ofStatus(404))));
    return router;
  }

  /** Every path is served with and without a slash at its end. */
  private static void withoutTrailingSlash(RoutingContext ctx) {
    String path = ctx.request().path();
    if (path == null || path.length() < 2 || !path.endsWith("/")) {
      ctx.next();
      return;
    }
    String query = ctx.request().query();
    int end = path.length();
    while (end > 1 && path.charAt(end - 1) == '/') {
      end--;
    }
    String target = path.substring(0, end);
    ctx.reroute(query == null ? target : target + "?" + query);
  }

  private static void fail(RoutingContext ctx) {
    Throwable failure = ctx.failure();
    // Where Vert.x itself refuses a request, its exception has nothing to add to the status.
    boolean refused = ctx.statusCode() / 100 == 4;
    if (failure == null || refused) {
      Problems.reply(ctx, Problems.ofStatus(ctx.statusCode()));
    } else {
      Problems.fail(ctx, failure);
    }
  }

  @Override
  public Future<?> stop() {
    if (tails != null) {
      tails.close();
    }
    Future<Void> served = Future.succeededFuture();
    HttpServer closing = server;
    if (closing != null) {
      options.tls().ifPresent(tls -> tls.remove(closing));
      served = closing.shutdown(options.drainMs(), TimeUnit.MILLISECONDS);
    }
    // What will not end by itself in time still gets an answer.
    long timer = vertx.setTimer(Math.max(1, options.drainMs() / 2), id -> running.breakOff());
    return served.eventually(
        () -> {
          vertx.cancelTimer(timer);
          if (gate != null) {
            gate.close();
          }
          if (slow != null) {
            slow.close();
          }
          return appender == null ? Future.succeededFuture() : appender.close();
        });
  }
}
