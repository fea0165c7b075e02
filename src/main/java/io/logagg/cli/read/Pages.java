package io.logagg.cli.read;

import io.logagg.cli.client.Address;
import io.logagg.cli.client.ApiClient;
import io.logagg.cli.client.ClientException;
import io.logagg.cli.client.Reply;
import io.logagg.cli.client.Retry;
import io.logagg.protocol.FramingException;
import io.logagg.protocol.JsonSplitter;
import io.logagg.protocol.SliceSink;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A list of records, page by page; no record twice or missing while others come in. A page is asked
 * for again if the server is busy. Belongs to one thread.
 */
public final class Pages {
  private static final int PAGE_RECORDS = 500;
  private static final int MAX_RECORD_BYTES = 256 << 20;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>; *rel=\"?next\"?");

  private final ApiClient client;
  private final Retry retry;
  private long left;
  private @Nullable Address next;

  private record Page(List<byte[]> records, @Nullable Address next) {}

  /**
   * Asks for nothing yet.
   *
   * @param list the path and its filters, without a limit
   * @param limit most records
   */
  public Pages(ApiClient client, Retry retry, Address list, long limit) {
    this.client = client;
    this.retry = retry;
    this.left = limit;
    this.next = list.with("limit", Long.toString(Math.min(limit, PAGE_RECORDS)));
  }

  /** The next records, each as JSON; none if these were all. */
  public List<byte[]> next() throws InterruptedException {
    Address address = next;
    if (address == null || left <= 0) {
      return List.of();
    }
    Page page = retry.call(() -> page(address));
    List<byte[]> records = page.records();
    next = page.next();
    List<byte[]> wanted = records.subList(0, (int) Math.min(left, records.size()));
    left -= wanted.size();
    return wanted;
  }

  private Page page(Address address) throws InterruptedException {
    try (Reply reply = client.get(address, Map.of("Accept", "application/json"))) {
      Matcher link = NEXT.matcher(reply.header("Link"));
      Address following = link.find() ? new Address(path(link.group(1))) : null;
      return new Page(records(reply.body()), following);
    } catch (IOException e) {
      throw client.away(e);
    }
  }

  /** A server behind a path of its own says how it is reached without that. */
  private static String path(String uri) {
    int scheme = uri.indexOf("://");
    return scheme < 0 ? uri : uri.substring(uri.indexOf('/', scheme + 3));
  }

  private static List<byte[]> records(InputStream body) throws IOException {
    List<byte[]> records = new ArrayList<>();
    JsonSplitter splitter =
        new JsonSplitter(
            new SliceSink() {
              @Override
              public void slice(long line, byte[] bytes, int from, int to) {
                records.add(Arrays.copyOfRange(bytes, from, to));
              }

              @Override
              public void oversize(long line, byte[] prefix, int from, int to, long length) {
                throw ClientException.failed("a record has %d bytes".formatted(length));
              }
            },
            MAX_RECORD_BYTES);
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        splitter.feed(buffer, 0, read);
      }
      splitter.end();
    } catch (FramingException e) {
      throw new IOException("the list breaks off: " + e.getMessage(), e);
    }
    return records;
  }
}
