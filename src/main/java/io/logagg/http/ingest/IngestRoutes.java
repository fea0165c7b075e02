package io.logagg.http.ingest;

import io.logagg.http.inflate.Inflation;
import io.logagg.http.ingest.IdempotentIngest.Reply;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.request.IdempotencyKey;
import io.logagg.http.request.Params;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.Gatekeeper;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.http.routing.UnreadBody;
import io.logagg.persistence.RequestLedger;
import io.logagg.record.Defaults;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/v1/ingest}: takes records in bulk, as a stream. */
public final class IngestRoutes implements RouteGroup {
  private static final Set<String> PARAMS =
      Set.of("app", "service", "level", "wait", "strict", "multiline", "errors", "whole");

  private final IngestContext context;
  private final IdempotentIngest idempotent;
  private final IngestDesk desk;

  public IngestRoutes(Vertx vertx, IngestContext context, RequestLedger ledger) {
    this.context = context;
    this.desk = new IngestDesk(context);
    this.idempotent = new IdempotentIngest(vertx, ledger, context.stamper());
  }

  @Override
  public void mount(Routes routes) {
    routes.add(HttpMethod.POST, "/api/v1/ingest", Access.INGEST, this::ingest);
  }

  private void ingest(RoutingContext ctx) {
    HttpServerRequest request = ctx.request().pause();
    IngestRequest described;
    BodyFormat format;
    Inflation inflation;
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    Optional<OwnFormat> known = OwnFormat.of(type);
    IngestMeters.Request meters =
        context.meters().begin(ctx, known.map(OwnFormat::protocol).orElse("unknown"));
    try {
      OwnFormat given = known.orElseThrow(() -> unknown(type).toException());
      Params params = Params.of(ctx, PARAMS);
      OwnFormat layout = joined(params, given);
      format = params.flag("whole") ? new WholeFormat(layout) : layout;
      described = describe(ctx, params, format);
      inflation = IngestDesk.inflation(request);
    } catch (RuntimeException e) {
      UnreadBody.answer(ctx, () -> Problems.fail(ctx, e));
      return;
    }
    if (described.waitUntilStored()) {
      meters.untilStored();
    }
    desk.admit(
        ctx,
        described,
        inflation,
        allowance ->
            run(
                new IngestCall(
                    ctx, described, allowance, format, inflation, meters, RejectionWatch.NONE)));
  }

  private Future<Reply> run(IngestCall call) {
    String key = call.described().idempotencyKey();
    if (key != null) {
      return idempotent.run(call, context, key, taken -> IngestAnswer.of(taken.result()));
    }
    return call.take(context, splitter -> splitter)
        .map(
            taken -> {
              IngestAnswer answer = IngestAnswer.of(taken.result());
              return new Reply(() -> answer.send(call.ctx()), taken.readToEnd());
            });
  }

  /** The same format, without joining if {@code multiline=false}. */
  private static OwnFormat joined(Params params, OwnFormat format) {
    boolean apart =
        params.has("multiline") && params.oneOf("multiline", "true", "false").equals("false");
    return apart && format == OwnFormat.TEXT ? OwnFormat.TEXT_LINES : format;
  }

  private static Problem unknown(@Nullable String type) {
    return Problem.of(
        415,
        "Content-Type must be application/json, application/x-ndjson, application/jsonl or text/plain, not "
            + type);
  }

  private static IngestRequest describe(RoutingContext ctx, Params params, BodyFormat format) {
    Defaults defaults =
        new Defaults(params.nonEmpty("app"), params.nonEmpty("service"), params.nonEmpty("level"));
    Integer errors = params.integer("errors", 1, IngestLimits.MAX_ERRORS);
    boolean wait = params.has("wait") && params.oneOf("wait", "stored").equals("stored");
    return new IngestRequest(
        Gatekeeper.principal(ctx),
        defaults,
        format.source(),
        IdempotencyKey.of(ctx.request()),
        wait,
        params.has("strict") && params.oneOf("strict", "true", "false").equals("true"),
        errors == null ? IngestLimits.ERRORS : errors);
  }
}
