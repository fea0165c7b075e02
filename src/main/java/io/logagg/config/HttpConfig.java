package io.logagg.config;

import java.util.List;

/**
 * The HTTP server.
 *
 * @param host name or address to listen on
 * @param port TCP port, 0 for any free one
 * @param instances number of HTTP verticles, 0 for none in this process
 * @param maxBodyBytes limit of one request's inflated body
 * @param maxAgentBodyBytes limit of an inflated body that has to be held as a whole
 * @param maxRecordBytes limit of one record, never above {@code maxBodyBytes}
 * @param pauseTimeoutMs how long a request that was let in may wait for room
 * @param maxLargeReplies how many answers beyond 64 KiB may be under way at once
 * @param maxTails how many clients may follow what is stored at once
 * @param maxConnections limit of open connections of this process
 * @param idleTimeoutMs limit of the time without a whole request head
 * @param minBytesPerSecond how slow a body or an answer may be, 0 for any
 * @param corsOrigins origins whose pages may call the API; {@code "*"} stands for any
 * @param allowedHosts names that clients may know this server by, beside {@code host}
 */
public record HttpConfig(
    String host,
    int port,
    int instances,
    long maxBodyBytes,
    int maxAgentBodyBytes,
    int maxRecordBytes,
    long pauseTimeoutMs,
    int maxLargeReplies,
    int maxTails,
    int maxConnections,
    int idleTimeoutMs,
    int minBytesPerSecond,
    List<String> corsOrigins,
    List<String> allowedHosts,
    TlsConfig tls) {

  public HttpConfig {
    corsOrigins = List.copyOf(corsOrigins);
    allowedHosts = List.copyOf(allowedHosts);
  }
}
