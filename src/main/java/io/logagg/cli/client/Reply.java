package io.logagg.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;

/** An answer that is what was asked for; its body is read as it comes. Belongs to one thread. */
public final class Reply implements AutoCloseable {
  private final HttpHeaders headers;
  private final WatchedInput body;

  Reply(HttpHeaders headers, WatchedInput body) {
    this.headers = headers;
    this.body = body;
  }

  /** The header's first value; empty if there is none. */
  public String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /**
   * The body. Reading fails with an {@link IOException} where it breaks off before its end, or the
   * server is silent for too long.
   */
  public InputStream body() {
    return body;
  }

  /** Reads what is left of it. */
  public byte[] bytes() throws IOException {
    return body.readAllBytes();
  }

  @Override
  public void close() {
    body.close();
  }
}
