package io.logagg.listen;

import io.logagg.config.GelfConfig;
import io.logagg.config.SyslogConfig;
import io.logagg.protocol.syslog.SyslogParser;
import io.logagg.record.Stamper;
import io.logagg.telemetry.Metrics;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One protocol with its ports, shared by all verticles that serve it. Thread-safe.
 *
 * @param tcpPort 0 for none, as the others
 * @param open connections now
 * @param datagramsTaken whether one of the verticles has the UDP port, which cannot be shared
 */
public record Listening(
    Protocol protocol,
    String host,
    int tcpPort,
    int tlsPort,
    int udpPort,
    int maxConnections,
    ListenMeters meters,
    AtomicInteger open,
    AtomicBoolean datagramsTaken) {

  public static Listening syslog(
      SyslogConfig config, int maxRecordBytes, Stamper stamper, Metrics metrics) {
    AtomicInteger open = new AtomicInteger();
    return new Listening(
        new SyslogProtocol(
            config, new SyslogParser(config.zone(), stamper::nowMicros), maxRecordBytes),
        config.host(),
        config.tcpPort(),
        config.tlsPort(),
        config.udpPort(),
        config.maxConnections(),
        new ListenMeters(metrics, "syslog", config.maxConnections(), open),
        open,
        new AtomicBoolean());
  }

  public static Listening gelf(GelfConfig config, int maxRecordBytes, Metrics metrics) {
    AtomicInteger open = new AtomicInteger();
    return new Listening(
        new GelfProtocol(maxRecordBytes),
        config.host(),
        config.tcpPort(),
        0,
        config.udpPort(),
        config.maxConnections(),
        new ListenMeters(metrics, "gelf", config.maxConnections(), open),
        open,
        new AtomicBoolean());
  }

  /** Whether there is room for one more; if so, it must be given back. */
  boolean acquire() {
    if (open.incrementAndGet() <= maxConnections) {
      return true;
    }
    open.decrementAndGet();
    meters.closed("connections");
    return false;
  }
}
