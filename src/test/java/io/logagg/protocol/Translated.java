package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of a body of another protocol.
 *
 * @param records as they are handed on, in our own JSON
 * @param parts how many records each part had
 * @param fault what is wrong with the body as a whole; "" if nothing
 */
public record Translated(List<JsonNode> records, List<Integer> parts, String fault) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Feeds it in chunks of so many bytes, each of which is gone afterwards. */
  public static Translated of(WholeBody.Opening opening, byte[] body, int chunkBytes) {
    Sink sink = new Sink();
    WholeBody whole = new WholeBody(sink, opening);
    List<Integer> parts = new ArrayList<>();
    try {
      for (int at = 0; at < body.length; at += chunkBytes) {
        int count = Math.min(chunkBytes, body.length - at);
        byte[] chunk = new byte[count + 2];
        System.arraycopy(body, at, chunk, 1, count);
        whole.feed(chunk, 1, count + 1);
      }
      boolean done = false;
      while (!done) {
        int before = sink.records.size();
        done = whole.end();
        parts.add(sink.records.size() - before);
      }
      return new Translated(sink.records, parts, "");
    } catch (FramingException e) {
      return new Translated(sink.records, parts, String.valueOf(e.getMessage()));
    }
  }

  /** In one piece. */
  public static Translated of(WholeBody.Opening opening, byte[] body) {
    return of(opening, body, Integer.MAX_VALUE);
  }

  /** The only record of a body with which nothing is wrong. */
  public JsonNode only() {
    if (records.size() != 1 || !fault.isEmpty()) {
      fail("expected one record: " + this);
    }
    return records.get(0);
  }

  private static final class Sink implements SliceSink {
    private final List<JsonNode> records = new ArrayList<>();

    @Override
    public void slice(long line, byte[] bytes, int from, int to) {
      records.add(tree(new String(bytes, from, to - from, StandardCharsets.UTF_8)));
      if (line != records.size()) {
        fail("line " + line + " is record " + records.size());
      }
    }

    @Override
    public void oversize(long line, byte[] prefix, int from, int to, long length) {
      records.add(MAPPER.getNodeFactory().textNode(length + " bytes are too many"));
    }
  }

  /** Any JSON. */
  public static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      return fail("not JSON: " + json, e);
    }
  }
}
