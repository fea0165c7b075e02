package io.logagg.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads over one kept connection. Blocks. */
final class ReadClient {
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>; rel=\"next\"");
  private static final int BUFFER_BYTES = 1 << 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;

  ReadClient(int port) {
    this.base = "http://127.0.0.1:" + port;
  }

  /**
   * An answer that was read to its end.
   *
   * @param next path of the next page; empty if there is none
   * @param micros from before the request until the last byte
   */
  record Reply(int status, String next, long bytes, long micros) {}

  Reply get(String path) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    HttpResponse<byte[]> response =
        client.send(
            HttpRequest.newBuilder(URI.create(base + path)).build(), BodyHandlers.ofByteArray());
    long micros = (System.nanoTime() - begin) / 1000;
    String link = response.headers().firstValue("Link").orElse("");
    return new Reply(response.statusCode(), next(link), response.body().length, micros);
  }

  /** Posts nothing to a path that takes its arguments there; the body of the answer, a 202. */
  JsonNode order(String path) throws IOException, InterruptedException {
    return json(
        202, HttpRequest.newBuilder(URI.create(base + path)).POST(BodyPublishers.noBody()).build());
  }

  /** Posts what is to be made; the body of the answer, a 201. */
  JsonNode create(String path, String json) throws IOException, InterruptedException {
    return json(
        201,
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build());
  }

  /** The body of an answer as text. */
  String text(String path) throws IOException, InterruptedException {
    return client
        .send(HttpRequest.newBuilder(URI.create(base + path)).build(), BodyHandlers.ofString())
        .body();
  }

  /** The body of an answer. */
  JsonNode json(String path) throws IOException, InterruptedException {
    return json(200, HttpRequest.newBuilder(URI.create(base + path)).build());
  }

  private JsonNode json(int status, HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
    if (response.statusCode() != status) {
      throw new IOException(request.uri() + " was answered " + response.statusCode());
    }
    return JSON.readTree(response.body());
  }

  /** The path in a header {@code Link}; empty if it names no next page. */
  static String next(String link) {
    Matcher matcher = NEXT.matcher(link);
    return matcher.find() ? matcher.group(1) : "";
  }

  /** Reads NDJSON as it comes and keeps none of it. */
  long countLines(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Accept", "application/x-ndjson")
            .build();
    HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw new IOException("the export was answered " + response.statusCode());
    }
    long lines = 0;
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = response.body()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        for (int i = 0; i < read; i++) {
          lines += buffer[i] == '\n' ? 1 : 0;
        }
      }
    }
    return lines;
  }
}
