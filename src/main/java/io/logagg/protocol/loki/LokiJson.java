package io.logagg.protocol.loki;

import io.logagg.protocol.FramingException;
import io.logagg.protocol.JsonCursor;
import io.logagg.protocol.JsonCursor.BadJsonException;
import io.logagg.protocol.JsonStepParser;
import io.logagg.protocol.RecordJson;
import io.logagg.protocol.SliceSink;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Takes a push request in JSON apart: of today, with {@code stream} and {@code values}, or of old,
 * with {@code labels} and {@code entries}. Not thread-safe.
 */
public final class LokiJson implements JsonStepParser {
  private final byte[] bytes;
  private final int size;
  private final JsonCursor json;
  private final RecordJson out;
  private In in = In.REQUEST;
  private LokiStream stream = LokiStream.of(Map.of());
  private long line;

  /** What it is going through: the fields of an object, or the elements of a list. */
  private enum In {
    REQUEST,
    STREAMS,
    STREAM,
    ENTRIES
  }

  /**
   * Of the JSON in the first bytes.
   *
   * @param maxRecordBytes of a record as it is handed on
   * @throws FramingException if it is no JSON object
   */
  public LokiJson(byte[] bytes, int size, int maxRecordBytes) throws FramingException {
    this.bytes = bytes;
    this.size = size;
    this.json = JsonStepParser.open(bytes, size);
    this.out = new RecordJson(maxRecordBytes);
  }

  @Override
  public RecordJson out() {
    return out;
  }

  @Override
  public JsonCursor json() {
    return json;
  }

  @Override
  public boolean advance(SliceSink sink) throws BadJsonException, FramingException {
    switch (in) {
      case REQUEST -> {
        if (!json.nextField()) {
          return false;
        }
        if (json.name().equals("streams") && !json.isNull()) {
          intoList(In.STREAMS);
        }
      }
      case STREAMS -> {
        if (!json.nextElement()) {
          in = In.REQUEST;
        } else if (json.isObject()) {
          stream = ahead();
          json.enter();
          in = In.STREAM;
        } else {
          throw new FramingException("a stream must be an object");
        }
      }
      case STREAM -> {
        if (!json.nextField()) {
          in = In.STREAMS;
        } else if ((json.name().equals("values") || json.name().equals("entries"))
            && !json.isNull()) {
          intoList(In.ENTRIES);
        }
      }
      case ENTRIES -> {
        if (json.nextElement()) {
          line++;
          entry(sink);
        } else {
          in = In.STREAM;
        }
      }
    }
    return true;
  }

  private void intoList(In into) throws BadJsonException, FramingException {
    if (!json.isArray()) {
      throw new FramingException(json.name() + " must be a list");
    }
    json.enter();
    in = into;
  }

  /** The labels of the stream that it stands at: they need not come first. */
  private LokiStream ahead() throws BadJsonException {
    try (JsonCursor look = JsonCursor.open(bytes, json.offset(), size)) {
      look.enter();
      while (look.nextField()) {
        if (look.name().equals("stream") && look.isObject()) {
          return LokiStream.of(texts(look));
        }
        if (look.name().equals("labels") && look.isText()) {
          return LokiStream.ofText(textOrRaw(look));
        }
      }
      return LokiStream.of(Map.of());
    }
  }

  private static Map<String, String> texts(JsonCursor json) throws BadJsonException {
    Map<String, String> texts = new LinkedHashMap<>();
    json.enter();
    while (json.nextField()) {
      String name = json.name();
      texts.put(name, textOrRaw(json));
    }
    return texts;
  }

  /** What is no text, as JSON. */
  private static String textOrRaw(JsonCursor json) throws BadJsonException {
    String text = json.isText() ? json.text() : null;
    return text == null ? json.raw() : text;
  }

  private void entry(SliceSink sink) throws BadJsonException {
    if (json.isArray()) {
      values(sink);
    } else if (json.isObject()) {
      Map<String, String> fields = texts(json);
      String time = fields.remove("ts");
      String text = fields.remove("line");
      stream.entry(time, text == null ? "" : text, fields, out, sink, line);
    } else {
      byte[] other = json.raw().getBytes(StandardCharsets.UTF_8);
      sink.slice(line, other, 0, other.length); // To be refused as what it is.
    }
  }

  private void values(SliceSink sink) throws BadJsonException {
    String time = null;
    String text = "";
    Map<String, String> metadata = new LinkedHashMap<>();
    json.enter();
    for (int i = 0; json.nextElement(); i++) {
      if (i == 0) {
        time = json.isNull() ? null : textOrRaw(json);
      } else if (i == 1) {
        text = json.isNull() ? "" : textOrRaw(json);
      } else if (json.isObject()) {
        metadata.putAll(texts(json));
      }
    }
    stream.entry(time, text, metadata, out, sink, line);
  }
}
