package io.logagg.cli.read;

import io.logagg.cli.client.Address;
import io.logagg.cli.client.ApiClient;
import io.logagg.cli.client.Reply;
import io.logagg.cli.client.Retry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** All records that a filter means, as the server writes them. Belongs to one thread. */
public final class Export {
  private static final int BUFFER_BYTES = 1 << 16;

  private final ApiClient client;
  private final Retry retry;

  public Export(ApiClient client, Retry retry) {
    this.client = client;
    this.retry = retry;
  }

  /** How records are written. */
  public enum Form {
    NDJSON("application/x-ndjson", 0),
    /** With a line of names. */
    CSV("text/csv", 1);

    private final String type;
    private final int headLines;

    Form(String type, int headLines) {
      this.type = type;
      this.headLines = headLines;
    }
  }

  /** Takes the bytes as they come. */
  public interface Target {
    /**
     * The next ones.
     *
     * @param records how many there were until now, about: those of CSV may have line ends in them
     */
    void take(byte[] bytes, int count, long records) throws IOException;
  }

  /**
   * Hands all on.
   *
   * @return how many records, about where they are CSV
   * @throws io.logagg.cli.client.ClientException if it breaks off before its end
   * @throws IOException what the target throws
   */
  public long run(Address list, Form form, Target target) throws IOException, InterruptedException {
    try (Reply reply = retry.call(() -> client.get(list, Map.of("Accept", form.type)))) {
      InputStream body = reply.body();
      byte[] buffer = new byte[BUFFER_BYTES];
      long lines = 0;
      for (int read = read(body, buffer); read >= 0; read = read(body, buffer)) {
        for (int i = 0; i < read; i++) {
          lines += buffer[i] == '\n' ? 1 : 0;
        }
        target.take(buffer, read, Math.max(0, lines - form.headLines));
      }
      return Math.max(0, lines - form.headLines);
    }
  }

  private int read(InputStream body, byte[] buffer) {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw client.away(e);
    }
  }
}
