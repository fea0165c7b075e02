package io.logagg.http.admin;

import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problems;
import io.logagg.http.request.Params;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.RequestAudit;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.persistence.StorageOrders;
import io.logagg.persistence.StorageOrders.Kind;
import io.logagg.persistence.StorageOrders.Order;
import io.logagg.persistence.StorageState;
import io.logagg.persistence.StorageState.Part;
import io.logagg.persistence.StorageState.Sizes;
import io.logagg.persistence.StorageState.State;
import io.logagg.record.Timestamps;
import io.logagg.telemetry.AuditLine;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/storage}: what is stored how, and orders to seal and to unseal by hand. */
public final class StorageRoutes implements RouteGroup {
  private static final Set<String> TIMES = Set.of("since", "until");

  /** Orders are carried out one after the other, so it takes a while until there is room. */
  private static final int RETRY_AFTER_SECONDS = 30;

  private final StorageState state;
  private final StorageOrders orders;
  private final InstantSource clock;

  public StorageRoutes(StorageState state, StorageOrders orders, InstantSource clock) {
    this.state = state;
    this.orders = orders;
    this.clock = clock;
  }

  @Override
  public void mount(Routes routes) {
    routes.get("/api/v1/storage", Access.READ_ALL, this::show);
    routes.add(
        HttpMethod.POST, "/api/v1/storage/seal", Access.ADMIN_ALL, ctx -> order(ctx, Kind.SEAL));
    routes.add(
        HttpMethod.POST,
        "/api/v1/storage/unseal",
        Access.ADMIN_ALL,
        ctx -> order(ctx, Kind.UNSEAL));
  }

  private void show(RoutingContext ctx) {
    Params.of(ctx, Set.of());
    state
        .read()
        .onSuccess(found -> JsonReply.send(ctx, 200, json(found)))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private static Map<String, Object> json(State state) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("total", json(state.total()));
    json.put("partitions", state.partitions().stream().map(StorageRoutes::json).toList());
    json.put("orders", state.orders().stream().map(StorageRoutes::json).toList());
    return json;
  }

  private static Map<String, Object> json(Part part) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", part.name());
    json.put("since", format(part.sinceMicros()));
    json.put("until", format(part.untilMicros()));
    json.putAll(json(part.sizes()));
    return json;
  }

  private static Map<String, Object> json(Sizes sizes) {
    Map<String, Object> rows = new LinkedHashMap<>();
    rows.put("records", sizes.rows());
    rows.put("bytes", sizes.rowBytes());
    Map<String, Object> blocks = new LinkedHashMap<>();
    blocks.put("count", sizes.blocks());
    blocks.put("records", sizes.sealedRecords());
    blocks.put("bytes", sizes.blockBytes());
    blocks.put("text_chars", sizes.textChars());
    blocks.put("ratio", sizes.ratio());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("records", sizes.records());
    json.put("bytes", sizes.bytes());
    json.put("rows", rows);
    json.put("blocks", blocks);
    return json;
  }

  private static Map<String, Object> json(Order order) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", order.id());
    json.put("kind", order.kind().code());
    json.put("since", Timestamps.format(order.sinceMicros()));
    json.put("until", Timestamps.format(order.untilMicros()));
    json.put("state", order.state().code());
    json.put("asked_at", Timestamps.format(order.askedAtMicros()));
    json.put("started_at", format(order.startedAtMicros()));
    json.put("done_at", format(order.doneAtMicros()));
    json.put("records", order.records());
    json.put("problem", order.problem());
    return json;
  }

  private static @Nullable String format(@Nullable Long micros) {
    return micros == null ? null : Timestamps.format(micros);
  }

  private void order(RoutingContext ctx, Kind kind) {
    Params params = Params.of(ctx, TIMES);
    long since = time(params, "since");
    long until = time(params, "until");
    if (since >= until) {
      throw Problem.ofField(400, "until", "must be later than since").toException();
    }
    AuditLine audit =
        RequestAudit.of(ctx, kind == Kind.SEAL ? "seal_ordered" : "unseal_ordered")
            .with("since", Timestamps.format(since))
            .with("until", Timestamps.format(until));
    orders
        .add(kind, since, until)
        .onSuccess(
            made -> {
              if (made.isEmpty()) {
                Problems.reply(
                    ctx,
                    Problem.retryLater(
                        429,
                        "%d orders wait already, see GET /api/v1/storage"
                            .formatted(StorageOrders.MAX_WAITING),
                        RETRY_AFTER_SECONDS));
              } else {
                audit.with("order", made.get().id()).log();
                JsonReply.send(ctx, 202, json(made.get()));
              }
            })
        .onFailure(e -> Problems.fail(ctx, e));
  }

  /**
   * Both must be named: what is meant is much work, and unsealing all takes many times the room.
   */
  private long time(Params params, String name) {
    Long micros = params.time(name, clock);
    if (micros == null) {
      throw Problem.ofField(400, name, "must be given").toException();
    }
    return micros;
  }
}
