package io.logagg.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Asks the server of a command. Blocks. Thread-safe. */
public final class ApiClient {
  private static final long CONNECT_TIMEOUT_MS = 10_000;
  private static final int MAX_REFUSAL_BYTES = 1 << 20;

  private final ServerAccess access;
  private final HttpClient http;

  public ApiClient(ServerAccess access) {
    this.access = access;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofMillis(Math.min(CONNECT_TIMEOUT_MS, access.timeoutMs())));
    Path ca = access.ca();
    if (ca != null) {
      builder.sslContext(TrustedCertificates.only(ca));
    } else if (!access.isEncrypted()) {
      builder.sslContext(new NoTls());
    }
    this.http = builder.build();
  }

  public ServerAccess access() {
    return access;
  }

  /**
   * Asks for something.
   *
   * @param headers beside those for access
   * @throws ClientException if the server cannot be reached, or answers with anything but 2xx
   */
  public Reply get(Address address, Map<String, String> headers) throws InterruptedException {
    return send(request(address, headers).GET());
  }

  /** Sends something; otherwise as {@link #get}. */
  public Reply post(Address address, Map<String, String> headers, BodyPublisher body)
      throws InterruptedException {
    return send(request(address, headers).POST(body));
  }

  private HttpRequest.Builder request(Address address, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(access.base() + address.text()));
    headers.forEach(request::setHeader);
    String key = access.key();
    if (key != null) {
      request.setHeader("Authorization", "Bearer " + key);
    }
    return request;
  }

  private Reply send(HttpRequest.Builder request) throws InterruptedException {
    try {
      HttpResponse<InputStream> response = head(request.build());
      WatchedInput body = new WatchedInput(response.body(), access.timeoutMs());
      int status = response.statusCode();
      if (status / 100 == 2) {
        return new Reply(response.headers(), body);
      }
      try (body) {
        String text = new String(body.readNBytes(MAX_REFUSAL_BYTES), StandardCharsets.UTF_8);
        throw refused(
            Refusal.of(status, response.headers().firstValue("Retry-After").orElse(""), text));
      }
    } catch (IOException e) {
      throw away(e);
    }
  }

  /**
   * The answer, whose body is yet to come. The JDK's own limit would be one for all of the body,
   * too, from version 26 on.
   */
  private HttpResponse<InputStream> head(HttpRequest request)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<InputStream>> answer =
        http.sendAsync(request, BodyHandlers.ofInputStream());
    try {
      return answer.get(access.timeoutMs(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no answer");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } finally {
      answer.cancel(true); // Of use only if it is not there.
    }
  }

  private ClientException refused(Refusal refusal) {
    return ClientException.refused(
        switch (refusal.status()) {
          case 401 ->
              access.key() == null
                  ? "the server wants an API key: set LOGAGG_API_KEY, or give --key-file"
                  : "the server does not take this API key: " + refusal.line();
          case 403 -> "the API key does not allow this: " + refusal.line();
          case 404 -> access.base() + " has no such path: is that a logagg of this version?";
          default ->
              refusal.status() / 100 == 3
                  ? access.base() + " sends elsewhere: give --server the URL that it is really at"
                  : refusal.line();
        },
        refusal);
  }

  /** What a fault of the connection means, also one in the middle of a body. */
  public ClientException away(IOException e) {
    String base = access.base();
    String message;
    if (e instanceof SSLException) {
      message =
          "cannot connect to %s safely: %s (see --ca)".formatted(base, ClientException.why(e));
    } else if (e instanceof ConnectException || e instanceof HttpConnectTimeoutException) {
      message =
          "cannot connect to %s: %s; is it running there? (see --server)"
              .formatted(base, connectFault(e));
    } else if (e instanceof HttpTimeoutException) {
      message =
          "%s did not answer within %d s (see --timeout)"
              .formatted(base, access.timeoutMs() / 1000);
    } else {
      message = "the connection to %s broke: %s".formatted(base, ClientException.why(e));
    }
    return ClientException.away(message, e);
  }

  private static String connectFault(IOException e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof java.nio.channels.UnresolvedAddressException) {
        return "there is no such host";
      }
      if (at instanceof java.nio.channels.ClosedChannelException) {
        return "connection refused";
      }
    }
    String why = ClientException.why(e);
    return why.equals("connect") ? "connection refused" : why;
  }
}
