package io.logagg.http.ingest;

import io.logagg.http.inflate.Inflation;
import io.logagg.http.ingest.IdempotentIngest.Reply;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.routing.Gatekeeper;
import io.logagg.http.routing.UnreadBody;
import io.logagg.record.Defaults;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the ways in of all protocols share, from the head of a request to its answer: limits,
 * back-pressure, content encodings, metrics, and answers before the body was read. Belongs to one
 * verticle's context.
 */
public final class IngestDesk {
  private final IngestContext context;

  public IngestDesk(IngestContext context) {
    this.context = context;
  }

  /**
   * What a request of another protocol is, as its head tells.
   *
   * @param format of its body
   * @param inflation undoes its content encoding, see {@link #inflation}
   * @param defaults what its records get where they name none themselves
   * @param otherwiseApp the app of those that still have none
   * @param strict whether bad records are only told, and do not become dead letters
   * @param rejections is told which those are
   */
  public record Asked(
      BodyFormat format,
      Inflation inflation,
      Defaults defaults,
      @Nullable String otherwiseApp,
      boolean strict,
      RejectionWatch rejections) {}

  /** Answers a request whose records were taken, all or some. */
  public interface Answer {
    /**
     * Sends it.
     *
     * @param result if its problem is not null, the request broke off: what came before that is
     *     taken
     */
    void send(RoutingContext ctx, IngestResult result);
  }

  /**
   * Takes a request of another protocol.
   *
   * @param protocol as metrics name it
   * @param head reads what the request is; what it throws is answered
   */
  public void take(RoutingContext ctx, String protocol, Supplier<Asked> head, Answer answer) {
    ctx.request().pause();
    IngestMeters.Request meters = context.meters().begin(ctx, protocol);
    Asked asked;
    try {
      asked = head.get();
    } catch (RuntimeException e) {
      UnreadBody.answer(ctx, () -> Problems.fail(ctx, e));
      return;
    }
    IngestRequest described =
        new IngestRequest(
                Gatekeeper.principal(ctx),
                asked.defaults(),
                asked.format().source(),
                null,
                false,
                asked.strict(),
                IngestLimits.ERRORS)
            .orApp(asked.otherwiseApp());
    admit(
        ctx,
        described,
        asked.inflation(),
        allowance ->
            new IngestCall(
                    ctx,
                    described,
                    allowance,
                    asked.format(),
                    asked.inflation(),
                    meters,
                    asked.rejections())
                .take(context, splitter -> splitter)
                .map(
                    taken -> new Reply(() -> answer.send(ctx, taken.result()), taken.readToEnd())));
  }

  /** Why no records are taken now; null if they are. */
  public @Nullable Problem refusal() {
    return context.gate().refusal();
  }

  /** Deals with a request if there is room for it; answers either way. */
  void admit(
      RoutingContext ctx,
      IngestRequest described,
      Inflation inflation,
      Function<Allowance, Future<Reply>> deal) {
    Allowance allowance = context.rates().allowance(described.sender());
    Problem full = context.gate().refusal();
    Problem refusal = full == null ? context.rates().refusal(ctx, allowance) : full;
    if (refusal != null) {
      inflation.close();
      UnreadBody.answer(ctx, () -> Problems.reply(ctx, refusal));
      return;
    }
    deal.apply(allowance)
        .onSuccess(
            reply -> {
              if (reply.readToEnd()) {
                reply.reply().run();
              } else {
                UnreadBody.answer(ctx, reply.reply());
              }
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  /** What undoes the request's content encoding; fails with 415 if that is not known. */
  public static Inflation inflation(HttpServerRequest request) {
    List<String> encodings = request.headers().getAll(HttpHeaders.CONTENT_ENCODING);
    @Nullable String encoding = encodings.isEmpty() ? null : String.join(",", encodings);
    return Inflation.of(encoding)
        .orElseThrow(
            () ->
                Problem.of(
                        415,
                        "Content-Encoding must be gzip, deflate, zstd or identity, not " + encoding)
                    .toException());
  }
}
