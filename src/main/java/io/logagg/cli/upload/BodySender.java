package io.logagg.cli.upload;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;
import io.logagg.cli.client.Address;
import io.logagg.cli.client.ApiClient;
import io.logagg.cli.client.ClientException;
import io.logagg.cli.client.Refusal;
import io.logagg.cli.client.Reply;
import io.logagg.cli.client.Retry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Sends bodies until they are acknowledged, each always the same and under its key. Thread-safe.
 */
final class BodySender {
  private static final int ZSTD_LEVEL = 1;
  private static final int MAX_WHOLE_BYTES = 2 << 20;

  private final ApiClient client;
  private final Retry retry;
  private final Encoding encoding;
  private final Target target;
  private final String anew;
  private final Address address;
  private final ObjectMapper json = new ObjectMapper();

  /** For bodies of one file. */
  BodySender(ApiClient client, Retry retry, Encoding encoding, Target target, String anew) {
    this.client = client;
    this.retry = retry;
    this.encoding = encoding;
    this.target = target;
    this.anew = anew;
    this.address =
        new Address("/api/v1/ingest")
            .with("app", target.app())
            .with("service", target.service())
            .with("level", target.level())
            .with("errors", Integer.toString(BodyCutter.BODY_LINES));
  }

  /** How bodies are compressed on their way. */
  public enum Encoding {
    NONE,
    GZIP,
    ZSTD
  }

  /**
   * Sends it as often as it takes.
   *
   * @throws ClientException if it is not acknowledged in time, or refused
   */
  Outcome send(Body body) throws InterruptedException {
    Map<String, String> headers = new HashMap<>();
    headers.put("Content-Type", target.format().contentType());
    headers.put("Idempotency-Key", target.key(body, anew));
    if (encoding != Encoding.NONE) {
      headers.put("Content-Encoding", encoding.name().toLowerCase(Locale.ROOT));
    }
    byte[] encoded = encoded(body.bytes());
    // A body is larger only if it is one line, which may be more than a server holds.
    Address to = body.bytes().length <= MAX_WHOLE_BYTES ? address.with("whole", "true") : address;
    return retry.call(() -> once(to, headers, encoded));
  }

  private Outcome once(Address to, Map<String, String> headers, byte[] encoded)
      throws InterruptedException {
    try (Reply reply = client.post(to, headers, BodyPublishers.ofByteArray(encoded))) {
      return Outcome.of(json.readTree(reply.bytes()));
    } catch (IOException e) {
      throw client.away(e);
    } catch (ClientException e) {
      Refusal refusal = e.refusal();
      if (refusal != null && Outcome.isOf(refusal.status(), refusal.body())) {
        return Outcome.of(refusal.body());
      }
      throw e;
    }
  }

  private byte[] encoded(byte[] plain) {
    return switch (encoding) {
      case NONE -> plain;
      case ZSTD -> Zstd.compress(plain, ZSTD_LEVEL);
      case GZIP -> gzip(plain);
    };
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 4);
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException("an array takes all bytes", e);
    }
    return out.toByteArray();
  }
}
