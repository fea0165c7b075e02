package io.logagg.tls;

import io.logagg.config.TlsConfig;
import io.logagg.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of this process's servers, which follows its files. What cannot be used is said
 * once, and the one from before stays. One that only some servers have taken is tried again.
 * Thread-safe.
 */
public final class Certificates {
  private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

  /** How often the files are read. A change is taken once two readings agree. */
  public static final long POLL_MS = 2000;

  private final Vertx vertx;
  private final InstantSource clock;
  private final String certPath;
  private final String keyPath;
  private final Map<Object, Function<ServerSSLOptions, Future<Boolean>>> servers =
      new ConcurrentHashMap<>();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private volatile Reading last;
  private volatile Reading settled;
  private volatile CertificatePair served;

  /** What not all servers have taken; null if they have. */
  private volatile @Nullable CertificatePair unfinished;

  private volatile long timer;

  private record Reading(PemFile cert, PemFile key) {}

  private Certificates(Vertx vertx, InstantSource clock, String certPath, String keyPath) {
    this.vertx = vertx;
    this.clock = clock;
    this.certPath = certPath;
    this.keyPath = keyPath;
    Reading first = read();
    this.last = first;
    this.settled = first;
    this.served = CertificatePair.of(vertx, first.cert(), first.key());
  }

  /**
   * Reads the files, if any are configured. Blocks.
   *
   * @throws BadCertificateException if they cannot be used
   */
  public static Optional<Certificates> open(
      Vertx vertx, TlsConfig config, InstantSource clock, Metrics metrics) {
    String cert = config.certPath();
    String key = config.keyPath();
    if (cert == null || key == null) {
      return Optional.empty();
    }
    Certificates certificates = new Certificates(vertx, clock, cert, key);
    certificates.warnOfDates(certificates.served);
    certificates.show(metrics);
    return Optional.of(certificates);
  }

  private void show(Metrics metrics) {
    String reloads = "Changes of the files for HTTPS, by what became of them";
    metrics.counter("logagg.tls.reloads", reloads, taken::get, "outcome", "taken");
    metrics.counter("logagg.tls.reloads", reloads, refused::get, "outcome", "refused");
    metrics.gauge(
        "logagg.tls.certificate.expiry.timestamp.seconds",
        "When the certificate that is served expires, in seconds since 1970",
        () -> served.expires().getEpochSecond());
  }

  /** Makes a server speak HTTPS, HTTP/2 too. */
  public void secureHttp(HttpServerOptions options) {
    secure(options);
    options.setUseAlpn(true);
  }

  /** Makes a server speak TLS. */
  public void secure(NetServerOptions options) {
    options
        .setSsl(true)
        .setEnabledSecureTransportProtocols(PROTOCOLS)
        .setKeyCertOptions(served.options());
  }

  /**
   * From now on, this one gets every new certificate. What became of the files since {@link
   * #secure} it does not have: so no server is added once they are followed.
   */
  public void add(HttpServer listening) {
    servers.put(
        listening, options -> listening.updateSSLOptions(options.copy().setUseAlpn(true), true));
  }

  /** The same. */
  public void add(NetServer listening) {
    servers.put(listening, options -> listening.updateSSLOptions(options.copy(), true));
  }

  /** No longer. With the last one, the files are left alone. */
  public void remove(Object closing) {
    servers.remove(closing);
    if (servers.isEmpty()) {
      vertx.cancelTimer(timer);
    }
  }

  /** Begins to follow the files. */
  public void watch(long pollMs) {
    timer = vertx.setPeriodic(pollMs, id -> look());
  }

  private void look() {
    if (looking.compareAndSet(false, true)) {
      vertx
          .executeBlocking(this::changed)
          .compose(this::serve)
          .onFailure(this::refuse)
          .onComplete(done -> looking.set(false));
    }
  }

  private Reading read() {
    return new Reading(
        PemFile.read("http.tls.certPath", certPath), PemFile.read("http.tls.keyPath", keyPath));
  }

  /** The pair to be served now, or null if there is nothing new. */
  private @Nullable CertificatePair changed() {
    Reading now = read();
    boolean changes = !now.equals(last);
    last = now;
    // Both files are hardly written at once: a reading in between is neither served nor told.
    if (changes) {
      return null;
    }
    if (now.equals(settled)) {
      return unfinished;
    }
    settled = now;
    CertificatePair pair = CertificatePair.of(vertx, now.cert(), now.key());
    boolean isBack = unfinished == null && pair.options().equals(served.options());
    return isBack ? null : pair;
  }

  private Future<Void> serve(@Nullable CertificatePair pair) {
    if (pair == null) {
      return Future.succeededFuture();
    }
    ServerSSLOptions options =
        new ServerSSLOptions()
            .setEnabledSecureTransportProtocols(PROTOCOLS)
            .setKeyCertOptions(pair.options());
    List<Future<Boolean>> updates = new ArrayList<>();
    servers.values().forEach(server -> updates.add(server.apply(options)));
    // Those that can take it do, whatever becomes of the others.
    return Future.join(updates)
        .onSuccess(done -> taken(pair))
        .onFailure(e -> missed(pair, e))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private void taken(CertificatePair pair) {
    served = pair;
    unfinished = null;
    taken.incrementAndGet();
    LOG.info("serving a new certificate: {}, until {}", pair.subject(), pair.expires());
    warnOfDates(pair);
  }

  private void missed(CertificatePair pair, Throwable why) {
    if (!pair.equals(unfinished)) {
      unfinished = pair;
      refused.incrementAndGet();
      LOG.warn(
          "some servers keep the certificate from before, until {}; it is tried again: {}",
          served.expires(),
          why.getMessage());
    }
  }

  private void refuse(Throwable why) {
    refused.incrementAndGet();
    LOG.warn("{}; the certificate from before stays, until {}", why.getMessage(), served.expires());
  }

  private void warnOfDates(CertificatePair pair) {
    Instant now = clock.instant();
    if (now.isAfter(pair.expires()) || now.isBefore(pair.validFrom())) {
      LOG.warn(
          "http.tls.certPath: the certificate is valid from {} to {} only; clients will refuse it",
          pair.validFrom(),
          pair.expires());
    }
  }
}
