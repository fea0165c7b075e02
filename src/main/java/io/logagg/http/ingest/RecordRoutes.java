package io.logagg.http.ingest;

import io.logagg.access.Principal;
import io.logagg.bus.Bus;
import io.logagg.bus.BusException;
import io.logagg.bus.Failure;
import io.logagg.bus.Persistence;
import io.logagg.bus.WriteOutcome;
import io.logagg.bus.WriteRequest;
import io.logagg.bus.WriteRequest.Delivery;
import io.logagg.http.reply.JsonReply;
import io.logagg.http.reply.Limit;
import io.logagg.http.reply.Problem;
import io.logagg.http.reply.Problem.FieldError;
import io.logagg.http.reply.ProblemException;
import io.logagg.http.reply.Problems;
import io.logagg.http.request.BodyReader;
import io.logagg.http.request.IdempotencyKey;
import io.logagg.http.request.Params;
import io.logagg.http.routing.Access;
import io.logagg.http.routing.Gatekeeper;
import io.logagg.http.routing.RouteGroup;
import io.logagg.http.routing.Routes;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.Decoded;
import io.logagg.protocol.JsonRecordDecoder;
import io.logagg.protocol.SliceSink;
import io.logagg.query.LogRow;
import io.logagg.query.LogSearch;
import io.logagg.record.AppAccess;
import io.logagg.record.DedupeKeys;
import io.logagg.record.Defaults;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.RefusalKind;
import io.logagg.record.Stamper;
import io.logagg.record.Stamps;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/v1/logs} and {@code /bulk_logs}: records straight into PostgreSQL, committed
 * when they are answered.
 */
public final class RecordRoutes implements RouteGroup {
  /** All of a bulk request is one transaction, and so is held in memory. */
  private static final int MAX_BULK_BYTES = 16 << 20;

  private static final int MAX_ERRORS = 100;
  private static final int RETRY_AFTER_SECONDS = 2;

  private final Bus bus;
  private final LogSearch search;
  private final JsonRecordDecoder decoder;
  private final Stamper stamper;
  private final int maxRecordBytes;
  private final BooleanSupplier diskIsLow;
  private final RateLimits rates;
  private final IngestMeters meters;

  public RecordRoutes(
      Bus bus,
      LogSearch search,
      JsonRecordDecoder decoder,
      Stamper stamper,
      int maxRecordBytes,
      BooleanSupplier diskIsLow,
      RateLimits rates,
      IngestMeters meters) {
    this.bus = bus;
    this.search = search;
    this.decoder = decoder;
    this.stamper = stamper;
    this.maxRecordBytes = maxRecordBytes;
    this.diskIsLow = diskIsLow;
    this.rates = rates;
    this.meters = meters;
  }

  @Override
  public void mount(Routes routes) {
    routes.add(HttpMethod.POST, "/api/v1/logs", Access.INGEST, this::create);
    routes.add(HttpMethod.POST, "/api/v1/bulk_logs", Access.INGEST, this::createMany);
  }

  private IngestMeters.Request begin(RoutingContext ctx, String protocol, Allowance allowance) {
    IngestMeters.Request measured = meters.begin(ctx, protocol);
    measured.untilStored();
    Problem refusal =
        diskIsLow.getAsBoolean() ? IngestGate.diskProblem() : rates.refusal(ctx, allowance);
    if (refusal != null) {
      throw refusal.toException();
    }
    return measured;
  }

  private void create(RoutingContext ctx) {
    Principal sender = Gatekeeper.principal(ctx);
    Allowance allowance = rates.allowance(sender);
    IngestMeters.Request measured = begin(ctx, "single", allowance);
    Params.of(ctx, Set.of());
    if (format(ctx) != OwnFormat.JSON) {
      throw Problem.of(415, "Content-Type must be application/json").toException();
    }
    String key = IdempotencyKey.of(ctx.request());
    BodyReader.read(ctx, maxRecordBytes)
        .compose(
            body -> {
              measured.read(body.length);
              allowance.bytes(body.length);
              allowance.tell();
              LogRecord record = measuringBad(measured, () -> decode(sender, body, key));
              return charged(allowance, 1, store(sender.apps(), record));
            })
        .onSuccess(row -> measured.took(1, 0))
        .onSuccess(row -> created(ctx, row))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  /** Takes these records from the key's limits, unless they cannot be stored. */
  private static <T> Future<T> charged(Allowance allowance, int records, Future<T> stored) {
    allowance.records(records);
    allowance.tell();
    return stored.onFailure(e -> allowance.settle(0));
  }

  private static LogRecord measuringBad(
      IngestMeters.Request measured, Supplier<LogRecord> decoding) {
    try {
      return decoding.get();
    } catch (ProblemException e) {
      measured.took(0, 1);
      throw e;
    }
  }

  private static void created(RoutingContext ctx, LogRow row) {
    ctx.response().putHeader(HttpHeaders.LOCATION, "/api/v1/logs/" + row.id());
    JsonReply.sendBytes(ctx, 201, JsonReply.log(row));
  }

  private LogRecord decode(Principal sender, byte[] body, @Nullable String key) {
    Defaults defaults = Defaults.NONE.orApp(sender.apps().only());
    UUID requestKey = requestKey(sender, key, 1, body, 0, body.length);
    Decoded decoded =
        decoder
            .decode(body, 0, body.length, defaults, stamper.now(), requestKey)
            .permittedBy(sender.apps());
    if (decoded instanceof Decoded.Accepted accepted) {
      return accepted.record();
    }
    Decoded.Refused refused = (Decoded.Refused) decoded;
    String reason = refused.reason();
    if (refused.kind() == RefusalKind.BAD_JSON) {
      throw Problem.of(400, reason).toException();
    }
    if (refused.kind() == RefusalKind.APP_NOT_ALLOWED) {
      throw Problem.appNotAllowed("app").toException();
    }
    int blank = reason.indexOf(' ');
    throw Problem.ofField(422, reason.substring(0, blank), reason.substring(blank + 1))
        .toException();
  }

  private static @Nullable UUID requestKey(
      Principal sender, @Nullable String key, long line, byte[] bytes, int from, int to) {
    return key == null
        ? null
        : DedupeKeys.ofRequest(sender.id(), key, Defaults.NONE, line, bytes, from, to);
  }

  /**
   * The record as it was stored, told from the record itself: once it is committed, nothing more
   * can go wrong. Of a repeat, by its producer's id or its request's key, the row that the first
   * one made.
   */
  private Future<LogRow> store(AppAccess access, LogRecord record) {
    return write(List.of(record))
        .compose(
            outcome -> {
              UUID key = record.dedupeKey();
              WriteOutcome.App app = outcome.app();
              if (app != null && (outcome.stored() == 1 || key == null)) {
                return Future.succeededFuture(LogRow.of(record, app.id(), app.name()));
              }
              return key == null ? find(access, record.id()) : findFirst(access, key, record.id());
            });
  }

  private Future<LogRow> findFirst(AppAccess access, UUID dedupeKey, UUID otherwise) {
    return search
        .findByDedupeKey(dedupeKey)
        .compose(first -> find(access, first.orElse(otherwise)));
  }

  /** The first one's app may have another name by now, that of a key for others. */
  private Future<LogRow> find(AppAccess access, UUID id) {
    return search
        .find(access, id)
        .map(
            found ->
                found.orElseThrow(
                    () ->
                        Problem.of(409, "this record was stored before, and deleted since")
                            .toException()));
  }

  private Future<WriteOutcome> write(List<LogRecord> records) {
    Delivery delivery = new Delivery(RecordBatch.of(records), WriteRequest.NO_ENTRY);
    return bus.ask(Persistence.WRITE, new WriteRequest(List.of(delivery), false, true))
        .recover(e -> Future.failedFuture(fateUnknown(e)));
  }

  /** Unless it was surely not stored, the client must be told that it may be. */
  private static Throwable fateUnknown(Throwable failure) {
    if (failure instanceof BusException bus
        && (bus.failure() == Failure.REFUSED || bus.failure() == Failure.UNAVAILABLE)) {
      return failure;
    }
    return Problem.retryLater(
            503,
            "whether this was stored is not known; sent again, a record with an id is not stored twice: "
                + failure.getMessage(),
            RETRY_AFTER_SECONDS)
        .at(Limit.POSTGRES)
        .toException();
  }

  private void createMany(RoutingContext ctx) {
    Principal sender = Gatekeeper.principal(ctx);
    Allowance allowance = rates.allowance(sender);
    IngestMeters.Request measured = begin(ctx, "bulk", allowance);
    Params.of(ctx, Set.of());
    OwnFormat format = format(ctx);
    String key = IdempotencyKey.of(ctx.request());
    AllOrNothing sink = new AllOrNothing(decoder, stamper.now(), sender, key);
    BodySplitter splitter = allowance.counting(format.splitter(sink, maxRecordBytes));
    BodyReader.split(ctx, MAX_BULK_BYTES, splitter)
        .onSuccess(measured::read)
        .onSuccess(read -> measured.took(0, sink.refused()))
        .compose(
            read -> {
              List<LogRecord> records = sink.all();
              return charged(allowance, records.size(), write(records));
            })
        .onSuccess(outcome -> measured.took(sink.accepted(), 0))
        // A repeat by its key is answered as the first was.
        .map(outcome -> outcome.stored() + (key == null ? 0 : outcome.repeated()))
        .onSuccess(inserted -> JsonReply.send(ctx, 201, Map.of("inserted", inserted)))
        .onFailure(e -> Problems.fail(ctx, e));
  }

  private static OwnFormat format(RoutingContext ctx) {
    String type = ctx.request().getHeader(HttpHeaders.CONTENT_TYPE);
    return OwnFormat.of(type)
        .orElseThrow(
            () ->
                Problem.of(
                        415,
                        "Content-Type must be application/json or application/x-ndjson, not "
                            + type)
                    .toException());
  }

  /** Decodes until the errors become too many to tell. */
  private static final class AllOrNothing implements SliceSink {
    private final JsonRecordDecoder decoder;
    private final Stamps stamps;
    private final Principal sender;
    private final Defaults defaults;
    private final @Nullable String key;
    private final List<LogRecord> records = new ArrayList<>();
    private final List<FieldError> errors = new ArrayList<>();
    private boolean isForeign;

    AllOrNothing(JsonRecordDecoder decoder, Stamps stamps, Principal sender, @Nullable String key) {
      this.sender = sender;
      this.defaults = Defaults.NONE.orApp(sender.apps().only());
      this.decoder = decoder;
      this.stamps = stamps;
      this.key = key;
    }

    @Override
    public void slice(long line, byte[] bytes, int from, int to) {
      UUID requestKey = requestKey(sender, key, line, bytes, from, to);
      Decoded decoded =
          decoder.decode(bytes, from, to, defaults, stamps, requestKey).permittedBy(sender.apps());
      if (decoded instanceof Decoded.Accepted accepted) {
        records.add(accepted.record());
      } else if (decoded instanceof Decoded.Refused refused) {
        isForeign |= refused.kind() == RefusalKind.APP_NOT_ALLOWED;
        error(line, refused.reason());
      }
    }

    @Override
    public void oversize(long line, byte[] prefix, int from, int to, long length) {
      error(line, "has " + length + " bytes, more than http.maxRecordBytes");
    }

    int accepted() {
      return records.size();
    }

    /** As many as are told of. */
    int refused() {
      return errors.size();
    }

    /** All records, unless one was bad. */
    List<LogRecord> all() {
      if (!errors.isEmpty()) {
        FieldError first = errors.get(0);
        // None of them is good and permitted.
        int status = isForeign && records.isEmpty() ? 403 : 422;
        throw Problem.ofFields(status, first.field() + ": " + first.message(), errors)
            .toException();
      }
      if (records.isEmpty()) {
        throw Problem.of(400, "the body holds no record").toException();
      }
      return records;
    }

    private void error(long line, String message) {
      if (errors.size() < MAX_ERRORS) {
        errors.add(new FieldError("record " + line, message));
      }
    }
  }
}
