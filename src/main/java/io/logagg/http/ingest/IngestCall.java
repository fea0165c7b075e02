package io.logagg.http.ingest;

import io.logagg.http.inflate.Inflation;
import io.logagg.http.routing.Gatekeeper;
import io.logagg.protocol.BodySplitter;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.channels.ClosedChannelException;
import java.util.Comparator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request with what its head says; its body is still on the socket. Belongs to the request's
 * context.
 */
record IngestCall(
    RoutingContext ctx,
    IngestRequest described,
    Allowance allowance,
    BodyFormat format,
    Inflation inflation,
    IngestMeters.Request meters,
    RejectionWatch rejections) {

  private static final Logger LOG = LoggerFactory.getLogger(IngestCall.class);

  /** What was taken, and whether nothing of the body is left on the socket. */
  record Taken(IngestResult result, boolean readToEnd) {}

  /**
   * Reads the body and sends its records on their way; done when all have arrived.
   *
   * @param around is put around what splits the body
   */
  Future<Taken> take(IngestContext context, UnaryOperator<BodySplitter> around) {
    if (ctx.response().ended() || ctx.response().closed()) {
      inflation.close();
      return Future.failedFuture(new ClosedChannelException());
    }
    IngestIntake intake = new IngestIntake(context, described, allowance, rejections);
    BodySplitter splitter =
        around.apply(format.splitter(intake, context.limits().maxRecordBytes()));
    RepeatedBody repeated =
        format.isHeldWhole() && (described.idempotencyKey() != null || context.repeats().isOn())
            ? new RepeatedBody(
                splitter, context.repeats(), described, format, ctx.request().query(), intake)
            : null;
    HttpServerRequest request = ctx.request();
    context.running().add(intake);
    Gatekeeper.onExpelled(ctx, intake::breakOffNow);
    return BodyPump.start(
            request,
            context.buffers(),
            inflation,
            repeated == null ? splitter : repeated,
            intake,
            limit(context),
            repeated == null ? Future::succeededFuture : () -> recognise(repeated))
        .onComplete(
            read -> {
              context.running().remove(intake);
              // All that it sent was taken while its key was good.
              Gatekeeper.onExpelled(ctx, late -> false);
            })
        // If the sender is gone, what it sent so far is kept; there is nobody to tell.
        .onFailure(
            e ->
                finish(intake)
                    .onFailure(lost -> LOG.error("what a sender who left had sent is lost", lost)))
        .compose(
            body -> {
              meters.read(body.inflatedBytes());
              return finish(intake)
                  .compose(
                      result -> {
                        Taken taken = new Taken(result, body.readToEnd());
                        return repeated == null
                            ? Future.succeededFuture(taken)
                            : repeated.settle(result.backend()).map(taken);
                      });
            });
  }

  private Future<Void> recognise(RepeatedBody body) {
    return body.recognise()
        .map(
            isRepeat -> {
              if (isRepeat) {
                meters.repeatedBody();
              }
              return null;
            });
  }

  private BodyPump.Limit limit(IngestContext context) {
    IngestLimits limits = context.limits();
    BodyPump.Limit any = new BodyPump.Limit("http.maxBodyBytes", limits.maxBodyBytes());
    if (!format.isHeldWhole()) {
      return any;
    }
    // To be told to send it later would not help one that is too large for the heap.
    return Stream.of(
            any,
            new BodyPump.Limit("http.maxAgentBodyBytes", limits.maxAgentBodyBytes()),
            new BodyPump.Limit("the heap's share for it", context.memory().maxBytes()))
        .min(Comparator.comparingLong(BodyPump.Limit::bytes))
        .orElse(any);
  }

  private Future<IngestResult> finish(IngestIntake intake) {
    return intake.finish().onSuccess(result -> meters.took(result.enqueued(), result.rejected()));
  }
}
