package io.logagg.alerting;

import io.logagg.alert.CallableHosts;
import io.logagg.alert.Receiver;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends bodies to receivers: only to addresses that may be called, without following redirects, and
 * within bounds of time and size. Thread-safe.
 */
final class Poster {
  /** Longer no attempt takes. */
  static final long LIMIT_MS = 15_000;

  private static final int CONNECT_MS = 5_000;

  /** Of an answer, more is not read; what is in it does not count. */
  private static final int MAX_ANSWER_BYTES = 64 << 10;

  private final Vertx vertx;
  private final HttpClientAgent client;
  private final CallableHosts hosts;

  Poster(Vertx vertx, CallableHosts hosts) {
    this(vertx, hosts, null);
  }

  /**
   * The same.
   *
   * @param trusted certificates, and no others; null for those that the JVM trusts
   */
  Poster(Vertx vertx, CallableHosts hosts, @Nullable TrustOptions trusted) {
    this.vertx = vertx;
    this.hosts = hosts;
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_1_1)
            .setConnectTimeout(CONNECT_MS)
            .setKeepAlive(false)
            .setDecompressionSupported(false)
            .setVerifyHost(true);
    this.client =
        vertx.createHttpClient(trusted == null ? options : options.setTrustOptions(trusted));
  }

  /** The address may not be called. */
  static final class ForbiddenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ForbiddenException() {
      super(
          "the receiver's address may not be called, see alerts.allowedHosts", null, false, false);
    }
  }

  /**
   * Sends a body, and answers with the status.
   *
   * @param key for the header {@code Idempotency-Key}; null for none
   */
  Future<Integer> post(Receiver receiver, String body, @Nullable String key) {
    AtomicReference<HttpClientRequest> under = new AtomicReference<>();
    AtomicBoolean over = new AtomicBoolean();
    return address(receiver.host())
        .compose(address -> client.request(options(receiver, address, key)))
        .compose(
            request -> {
              under.set(request);
              return over.get() ? tooLate(request) : request.send(body);
            })
        .compose(Poster::status)
        .timeout(LIMIT_MS, TimeUnit.MILLISECONDS)
        .onFailure(
            e -> {
              over.set(true);
              HttpClientRequest request = under.get();
              if (request != null) {
                request.reset();
              }
            });
  }

  /** Who asked has given up, and will try again: sent now, it would come twice. */
  private static Future<HttpClientResponse> tooLate(HttpClientRequest request) {
    request.reset();
    return Future.failedFuture(new TimeoutException("the connection came too late"));
  }

  /** The one that was looked at is the one that is called: there is no second look. */
  private Future<InetAddress> address(String host) {
    if (!hosts.permits(host)) {
      return Future.failedFuture(new ForbiddenException());
    }
    return vertx
        .executeBlocking(() -> InetAddress.getAllByName(host), false)
        .compose(
            all -> {
              for (InetAddress address : all) {
                if (!hosts.permits(address)) {
                  return Future.failedFuture(new ForbiddenException());
                }
              }
              return Future.succeededFuture(all[0]);
            });
  }

  private static RequestOptions options(
      Receiver receiver, InetAddress address, @Nullable String key) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setServer(SocketAddress.inetSocketAddress(receiver.port(), address.getHostAddress()))
            .setHost(receiver.host())
            .setPort(receiver.port())
            .setSsl(receiver.isTls())
            .setURI(receiver.target())
            .setFollowRedirects(false)
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
            .putHeader(HttpHeaders.USER_AGENT, "logagg");
    if (key != null) {
      options.putHeader("Idempotency-Key", key);
    }
    String authorization = receiver.authorization();
    if (authorization != null) {
      options.putHeader(HttpHeaders.AUTHORIZATION, authorization);
    }
    return options;
  }

  /** Once the answer is read, or enough of it. */
  private static Future<Integer> status(HttpClientResponse response) {
    Promise<Integer> promise = Promise.promise();
    int status = response.statusCode();
    long[] bytes = {0};
    response.handler(
        part -> {
          bytes[0] += part.length();
          if (bytes[0] > MAX_ANSWER_BYTES && promise.tryComplete(status)) {
            response.request().reset();
          }
        });
    response.endHandler(end -> promise.tryComplete(status));
    // It was said what came of it.
    response.exceptionHandler(e -> promise.tryComplete(status));
    return promise.future();
  }

  Future<Void> close() {
    return client.close();
  }
}
