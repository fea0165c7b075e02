package io.logagg.telemetry.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.Message;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.spi.context.storage.ContextLocal;
import io.vertx.core.spi.observability.HttpRequest;
import io.vertx.core.spi.observability.HttpResponse;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import java.util.Map.Entry;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes spans of what Vert.x tells. Of each operation only what is named here is put into its span,
 * never a target, a header, a parameter or the text of an error, which could hold what is secret.
 * What is not sampled leaves no mark on its context, so what it does in turn is not looked at.
 * Thread-safe.
 */
final class SpanTracer implements VertxTracer<Span, Span> {
  private static final ContextLocal<Span> ACTIVE = ContextLocal.registerLocal(Span.class);
  private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<String> SQL = AttributeKey.stringKey("db.query.text");
  private static final AttributeKey<String> DB = AttributeKey.stringKey("db.system.name");
  private static final AttributeKey<String> COMMAND = AttributeKey.stringKey("db.operation.name");
  private static final AttributeKey<String> ADDRESS =
      AttributeKey.stringKey("messaging.destination.name");
  private static final AttributeKey<Long> ENTRIES =
      AttributeKey.longKey("messaging.batch.message_count");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  /** Any other is a client's own text. */
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE");

  private final Tracer tracer;
  private final RouteTemplates routes;

  SpanTracer(Tracer tracer, RouteTemplates routes) {
    this.tracer = tracer;
    this.routes = routes;
  }

  @Override
  public <R> @Nullable Span receiveRequest(
      Context context,
      SpanKind kind,
      TracingPolicy policy,
      R request,
      String operation,
      Iterable<Entry<String, String>> headers,
      TagExtractor<R> tags) {
    Span span = null;
    if (request instanceof HttpRequest http) {
      span = received(http, headers);
    } else if (request instanceof Message<?> message && message.headers().contains("traceparent")) {
      span = start(builder("serve " + message.address(), headers), message.address(), kindOf(true));
    }
    if (span == null || !span.isRecording()) {
      return null;
    }
    ACTIVE.put(context, span);
    return span;
  }

  private Span received(HttpRequest request, Iterable<Entry<String, String>> headers) {
    String name = request.method().name();
    String method = METHODS.contains(name) ? name : "_OTHER";
    Span span =
        builder(method, headers)
            .setSpanKind(io.opentelemetry.api.trace.SpanKind.SERVER)
            .startSpan();
    if (span.isRecording()) {
      span.setAttribute(METHOD, method);
      String route = routes.find(request.uri());
      if (route != null) {
        span.updateName(method + " " + route).setAttribute(ROUTE, route);
      }
    }
    return span;
  }

  /** A span that goes on with the trace of the headers, if they name one. */
  private SpanBuilder builder(String name, Iterable<Entry<String, String>> headers) {
    return tracer
        .spanBuilder(name)
        .setParent(
            W3C.extract(io.opentelemetry.context.Context.root(), headers, HeaderGetter.INSTANCE));
  }

  private static io.opentelemetry.api.trace.SpanKind kindOf(boolean receives) {
    return receives
        ? io.opentelemetry.api.trace.SpanKind.CONSUMER
        : io.opentelemetry.api.trace.SpanKind.PRODUCER;
  }

  private static Span start(
      SpanBuilder builder, String address, io.opentelemetry.api.trace.SpanKind kind) {
    return builder.setSpanKind(kind).setAttribute(ADDRESS, address).startSpan();
  }

  @Override
  public <R> void sendResponse(
      Context context,
      @Nullable R response,
      @Nullable Span span,
      @Nullable Throwable failure,
      TagExtractor<R> tags) {
    if (span == null) {
      return;
    }
    if (response instanceof HttpResponse http) {
      span.setAttribute(STATUS, http.statusCode());
      if (http.statusCode() >= 500) {
        span.setStatus(StatusCode.ERROR);
      }
    }
    end(span, failure);
  }

  @Override
  public <R> @Nullable Span sendRequest(
      @Nullable Context context,
      SpanKind kind,
      TracingPolicy policy,
      R request,
      String operation,
      BiConsumer<String, String> headers,
      TagExtractor<R> tags) {
    Span parent = active(context);
    if (parent == null) {
      return null;
    }
    var within = io.opentelemetry.context.Context.root().with(parent);
    if (request instanceof Message<?> message) {
      SpanBuilder builder = tracer.spanBuilder("ask " + message.address()).setParent(within);
      Span span = start(builder, message.address(), kindOf(false));
      W3C.inject(within.with(span), headers, (all, key, value) -> headers.accept(key, value));
      return span;
    }
    String sql = value(tags, request, "db.query.text");
    String command = value(tags, request, "db.operation.name");
    if (sql == null && command == null) {
      return null;
    }
    SpanBuilder builder =
        tracer.spanBuilder(sql == null ? String.valueOf(command) : SqlText.verb(sql));
    builder.setParent(within).setSpanKind(io.opentelemetry.api.trace.SpanKind.CLIENT);
    if (sql == null) {
      builder.setAttribute(DB, "redis").setAttribute(COMMAND, String.valueOf(command));
    } else {
      builder.setAttribute(DB, "postgresql").setAttribute(SQL, SqlText.withoutLiterals(sql));
    }
    return builder.startSpan();
  }

  private static <R> @Nullable String value(TagExtractor<R> tags, R request, String name) {
    int count = tags.len(request);
    for (int i = 0; i < count; i++) {
      if (tags.name(request, i).equals(name)) {
        return tags.value(request, i);
      }
    }
    return null;
  }

  @Override
  public <R> void receiveResponse(
      @Nullable Context context,
      @Nullable R response,
      @Nullable Span span,
      @Nullable Throwable failure,
      TagExtractor<R> tags) {
    if (span == null) {
      return;
    }
    // The bus answers with a failure as the body.
    Object body = response instanceof Message<?> message ? message.body() : null;
    end(span, body instanceof Throwable refused ? refused : failure);
  }

  /** Of an error only its type: its text may quote what was sent. */
  private static void end(Span span, @Nullable Throwable failure) {
    if (failure != null) {
      span.setStatus(StatusCode.ERROR).setAttribute(ERROR, failure.getClass().getSimpleName());
    }
    span.end();
  }

  /**
   * The span that is under way where the caller runs. One that has ended does not count:
   * connections and timers live on with the context of whoever came first.
   */
  private static @Nullable Span active(@Nullable Context given) {
    Context current = ContextInternal.current();
    Span span = current == null ? null : ACTIVE.get(current);
    if (span == null && given != null) {
      span = ACTIVE.get(given);
    }
    return span != null && span.isRecording() ? span : null;
  }

  /** Runs work under a span that begins a trace, if it is sampled. */
  <T> Future<T> batch(String name, String source, int entries, Supplier<Future<T>> work) {
    ContextInternal current = ContextInternal.current();
    Span span =
        start(tracer.spanBuilder(name).setNoParent(), source, kindOf(true))
            .setAttribute(ENTRIES, entries);
    if (current == null || !span.isRecording()) {
      return work.get();
    }
    ContextInternal own = current.duplicate();
    ACTIVE.put(own, span);
    Promise<T> done = current.promise();
    own.dispatch(
        () ->
            Future.succeededFuture()
                .compose(go -> work.get()) // What it throws is a failure, too.
                .onComplete(
                    result -> {
                      end(span, result.cause());
                      done.handle(result);
                    }));
    return done.future();
  }

  /** Reads headers as Vert.x hands them over: mostly with a way to ask for one. */
  private enum HeaderGetter implements TextMapGetter<Iterable<Entry<String, String>>> {
    INSTANCE;

    @Override
    public @Nullable String get(@Nullable Iterable<Entry<String, String>> headers, String key) {
      if (headers == null) {
        return null;
      }
      if (headers instanceof MultiMap known) {
        return known.get(key);
      }
      for (Entry<String, String> header : headers) {
        if (header.getKey().equalsIgnoreCase(key)) {
          return header.getValue();
        }
      }
      return null;
    }
  }
}
