package io.logagg.http.agents;

import io.logagg.http.ingest.BodyFormat;
import io.logagg.protocol.BodySplitter;
import io.logagg.protocol.JsonValues;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.WholeBody;
import io.logagg.protocol.WholeBody.Opening;
import io.logagg.protocol.WholeBody.Parser;
import io.logagg.protocol.hec.HecTranslator;
import io.logagg.protocol.hec.HecTranslator.Fault;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A body of events, as Splunk's HTTP Event Collector takes it. Of one request. */
final class HecFormat implements BodyFormat {
  static final String PROTOCOL = "hec";

  private static final Set<String> TIME = Set.of("time");

  private final HecTranslator translator = new HecTranslator();

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
    SliceSink events = translator.into(sink, maxRecordBytes);
    return new WholeBody(sink, new Events(events, maxRecordBytes));
  }

  /** The first event that Splunk would refuse for what it lacks; null if there was none. */
  @Nullable Fault firstFault() {
    return translator.firstFault();
  }

  private record Events(SliceSink events, int maxRecordBytes) implements Opening {
    @Override
    public Parser open(byte[] bytes, int size) {
      JsonValues values = JsonValues.of(bytes, size, maxRecordBytes);
      return sink -> values.next(events);
    }

    @Override
    public boolean isTimed(byte[] bytes, int size) {
      return JsonValues.of(bytes, size, maxRecordBytes).firstHas(TIME);
    }
  }
}
