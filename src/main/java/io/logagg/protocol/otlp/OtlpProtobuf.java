package io.logagg.protocol.otlp;

import io.logagg.protocol.FramingException;
import io.logagg.protocol.RecordJson;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.StepParser;
import io.logagg.protocol.protobuf.BadProtobufException;
import io.logagg.protocol.protobuf.ProtoReader;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Takes an {@code ExportLogsServiceRequest} apart (<a
 * href="https://github.com/open-telemetry/opentelemetry-proto">opentelemetry-proto</a>, {@code
 * logs.proto}). Not thread-safe.
 */
public final class OtlpProtobuf implements StepParser {
  private static final HexFormat HEX = HexFormat.of();

  private final ProtoReader request;
  private final RecordJson out;
  private final OtlpRecord record;
  private final Scratch scratch = new Scratch();

  private @Nullable ProtoReader scopes;
  private @Nullable ProtoReader records;
  private Origin origin = Origin.of(Origin.EMPTY);
  private long line;

  /**
   * Of the message in the first bytes.
   *
   * @param maxRecordBytes of a record as it is handed on
   */
  public OtlpProtobuf(byte[] bytes, int size, int maxRecordBytes) {
    this.request = new ProtoReader(bytes, 0, size);
    this.out = new RecordJson(maxRecordBytes);
    this.record = new OtlpRecord(out);
  }

  @Override
  public RecordJson out() {
    return out;
  }

  @Override
  public boolean step(SliceSink sink) throws FramingException {
    try {
      return advance(sink);
    } catch (BadProtobufException e) {
      throw new FramingException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public int position() {
    ProtoReader inner = records != null ? records : scopes;
    return inner == null ? request.position() : inner.position();
  }

  /** Goes on by one field of whatever it is in; false at the end. */
  private boolean advance(SliceSink sink) throws BadProtobufException {
    ProtoReader in = records != null ? records : scopes != null ? scopes : request;
    if (in.next()) {
      field(in, sink);
      return true;
    }
    if (records != null) {
      records = null;
    } else if (scopes != null) {
      scopes = null;
    } else {
      return false;
    }
    return true;
  }

  private void field(ProtoReader in, SliceSink sink) throws BadProtobufException {
    if (in.equals(records)) {
      if (in.field() == 2) {
        read(in.message(), sink);
      }
    } else if (in.equals(scopes)) {
      if (in.field() == 2) {
        ProtoReader opened = in.message();
        origin = origin.withScope(scope(opened.find(1)));
        records = opened;
      }
    } else if (in.field() == 1) {
      ProtoReader opened = in.message();
      origin = Origin.of(resource(opened.find(1)));
      scopes = opened;
    }
  }

  private String resource(ProtoReader resource) throws BadProtobufException {
    RecordJson json = scratch.json();
    while (resource.next()) {
      switch (resource.field()) {
        case 1 -> ProtoValues.keyValue(resource.message(), json, UnaryOperator.identity());
        case 2 -> json.number("dropped_attributes_count", resource.varint());
        default -> {}
      }
    }
    return scratch.take();
  }

  private String scope(ProtoReader scope) throws BadProtobufException {
    RecordJson json = scratch.json();
    boolean attributes = false;
    while (scope.next()) {
      if (attributes && scope.field() != 3) {
        attributes = false;
        json.end();
      }
      switch (scope.field()) {
        case 1 -> json.text("name", scope.text());
        case 2 -> json.text("version", scope.text());
        case 3 -> {
          if (!attributes) {
            attributes = true;
            json.object("attributes");
          }
          ProtoValues.keyValue(scope.message(), json, UnaryOperator.identity());
        }
        case 4 -> json.number("dropped_attributes_count", scope.varint());
        default -> {}
      }
    }
    return scratch.take();
  }

  private void read(ProtoReader fields, SliceSink sink) throws BadProtobufException {
    line++;
    record.begin();
    try {
      while (fields.next()) {
        field(fields);
      }
    } catch (BadProtobufException e) {
      out.drop();
      throw e;
    }
    record.end(origin, sink, line);
  }

  private void field(ProtoReader fields) throws BadProtobufException {
    switch (fields.field()) {
      case 1 -> record.time(fields.fixed64());
      case 2 -> record.severityNumber((int) fields.varint());
      case 3 -> record.severityText(fields.text());
      case 5 -> body(fields.message());
      case 6 ->
          ProtoValues.keyValue(fields.message(), record.attributes(), OtlpRecord::attributeName);
      case 7 -> record.number("dropped_attributes_count", fields.varint());
      case 8 -> record.number("flags", fields.fixed32() & 0xFFFF_FFFFL);
      case 9 -> record.id("trace_id", HEX.formatHex(fields.bytes()));
      case 10 -> record.id("span_id", HEX.formatHex(fields.bytes()));
      case 11 -> record.observed(fields.fixed64());
      case 12 -> record.text("event_name", fields.text());
      default -> {}
    }
  }

  private void body(ProtoReader value) throws BadProtobufException {
    String text = value.findText(1);
    if (!text.isEmpty()) {
      record.message(text);
      return;
    }
    ProtoValues.value(value, scratch.json(), Scratch.only());
    record.body(scratch.takeOnly());
  }
}
