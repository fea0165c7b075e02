package io.logagg.http.agents;

import io.logagg.http.ingest.IngestDesk;
import io.logagg.http.ingest.IngestResult;
import io.logagg.http.reply.Dialect;
import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Datadog's ways in: its logs API, the older intake, and the check of a key. */
public final class DatadogRoutes implements RouteGroup {
  private static final String OTHERWISE_APP = "datadog";
  private static final Dialect LOGS = DatadogRoutes::fail;
  private static final Dialect KEYS = DatadogRoutes::failShort;

  private final AgentWay way;

  public DatadogRoutes(IngestDesk desk) {
    this.way = new AgentWay(desk, DatadogFormat.PROTOCOL, OTHERWISE_APP, LOGS);
  }

  @Override
  public void mount(Routes routes) {
    way.mount(
        routes, List.of("/api/v2/logs", "/v1/input"), DatadogFormat::of, DatadogRoutes::answer);
    routes.add(
        HttpMethod.GET,
        "/api/v1/validate",
        Access.INGEST,
        KEYS,
        ctx -> JsonReply.sendText(ctx, 200, "{\"valid\":true}"));
  }

  private static void answer(RoutingContext ctx, IngestResult result) {
    Problem failure = result.failure();
    if (failure != null) {
      Problems.reply(ctx, failure);
    } else {
      JsonReply.sendText(ctx, 202, "{}");
    }
  }

  private static String title(HttpServerResponse response, Problem problem) {
    // A key that is none is 403 there; 401 is for no key.
    String challenge = response.headers().get("WWW-Authenticate");
    if (problem.status() == 401 && challenge != null && challenge.contains("error=")) {
      response.setStatusCode(403);
    }
    return HttpResponseStatus.valueOf(response.getStatusCode()).reasonPhrase();
  }

  private static void fail(HttpServerResponse response, Problem problem) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("title", title(response, problem));
    error.put("status", String.valueOf(response.getStatusCode()));
    error.put("detail", problem.detail());
    send(response, error);
  }

  private static void failShort(HttpServerResponse response, Problem problem) {
    send(response, title(response, problem));
  }

  private static void send(HttpServerResponse response, Object error) {
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(JsonReply.write(Map.of("errors", List.of(error))));
  }
}
