package io.logagg.http.agents;

import io.logagg.http.ingest.BodyFormat;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.HeldLines;
import io.logagg.protocol.JsonValues;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.WholeBody;
import io.logagg.protocol.WholeBody.Opening;
import io.logagg.protocol.WholeBody.Parser;
import io.logagg.protocol.clef.ClefTranslator;
import io.logagg.protocol.clef.RawEventTranslator;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What Seq's clients send. Held as a whole, since they send it again if they get no answer. */
enum SeqFormat implements BodyFormat {
  /** One event a line. */
  LINES,
  /** Events as JSON, on lines or not, in either form. */
  JSON;

  static final String PROTOCOL = "clef";

  private static final String EVENTS = "Events";
  private static final Set<String> TIME = Set.of("@t", "Timestamp");

  /** By the header's value. */
  static SeqFormat of(@Nullable String contentType) {
    boolean isJson =
        contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith("application/json");
    return isJson ? JSON : LINES;
  }

  @Override
  public String protocol() {
    return PROTOCOL;
  }

  @Override
  public boolean isHeldWhole() {
    return true;
  }

  @Override
  public BodySplitter splitter(SliceSink sink, int maxRecordBytes) {
    return new WholeBody(sink, new Events(this == LINES, sink, maxRecordBytes));
  }

  private record Events(boolean onLines, SliceSink sink, int maxRecordBytes) implements Opening {
    @Override
    public Parser open(byte[] bytes, int size) {
      JsonValues raw = JsonValues.within(EVENTS, bytes, size, maxRecordBytes);
      if (raw.isWithin()) {
        SliceSink translator = RawEventTranslator.into(sink, maxRecordBytes);
        return target -> raw.next(translator);
      }
      SliceSink translator = ClefTranslator.into(sink, maxRecordBytes);
      Parser events = onLines ? new HeldLines(bytes, size, maxRecordBytes) : raw;
      return target -> events.next(translator);
    }

    @Override
    public boolean isTimed(byte[] bytes, int size) {
      return JsonValues.within(EVENTS, bytes, size, maxRecordBytes).firstHas(TIME);
    }
  }
}
