package io.logagg.protocol.elastic;

import io.logagg.protocol.JsonText;
import io.logagg.protocol.SliceSink;
import io.logagg.protocol.elastic.BulkAction.Op;
import io.logagg.record.Timestamps;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of documents as agents write them for Elasticsearch: with the fields of the <a
 * href="https://www.elastic.co/guide/en/ecs/current/">Elastic Common Schema</a>, flat or nested, or
 * with those of OpenTelemetry or of rsyslog. {@code @timestamp} is the time; level, service and
 * message are found under the usual names, and where those are not there, under the less usual ones
 * looked up here; the action's id is the record's, and a field {@code id} is data. Nearly all is
 * copied as it stands, and only looked at by whoever decodes it. What is no object is handed on as
 * it is, and becomes a dead letter. Not thread-safe.
 */
final class SourceTranslator {
  private static final byte STRING = '"';
  private static final byte OBJECT = '{';

  private final SliceSink target;
  private final FieldPlaces source = new FieldPlaces();
  private final FieldPlaces inner = new FieldPlaces();
  private final RecordBytes out = new RecordBytes();
  private byte[] bytes = new byte[0];

  private @Nullable String index;
  private byte @Nullable [] indexApp;

  SourceTranslator(SliceSink target) {
    this.target = target;
  }

  /** What becomes of a field of the document. */
  private enum Fate {
    KEPT,
    TIME,
    METADATA,
    DATA
  }

  /** Hands on exactly one record, whatever the bytes are. */
  void translate(BulkAction action, long line, byte[] given, int from, int to) {
    bytes = given;
    if (!source.read(given, from, to) || !openUpdate(action.op())) {
      target.slice(line, given, from, to);
      return;
    }
    write(action);
    target.slice(line, out.array(), 0, out.size());
  }

  /** Goes on with the document that an update has within; false if it has none. */
  private boolean openUpdate(Op op) {
    if (op != Op.UPDATE) {
      return true;
    }
    int doc = source.find("doc");
    int chosen = doc < 0 ? source.find("upsert") : doc;
    return chosen >= 0 && source.read(bytes, source.valueFrom(chosen), source.valueTo(chosen));
  }

  private void write(BulkAction action) {
    out.clear();
    out.ascii("{");
    boolean hasTime = isText(source.find("@timestamp"));
    boolean hasMessage = false;
    boolean hasApp = false;
    boolean hasLevel = false;
    boolean hasService = false;
    int data = 0;
    for (int i = 0; i < source.count(); i++) {
      switch (fate(i, hasTime)) {
        case KEPT -> {
          hasMessage |= is(i, "message");
          hasApp |= is(i, "app");
          hasLevel |= is(i, "level");
          hasService |= is(i, "service");
          out.next().copy(bytes, source.nameFrom(i), source.valueTo(i));
        }
        case TIME -> value("\"timestamp\":", source, i);
        case METADATA, DATA -> data++;
      }
    }
    if (!hasApp) {
      app(action);
    }
    if (!hasMessage) {
      message();
    }
    if (!hasLevel) {
      level(hasTime);
    }
    if (!hasService) {
      service();
    }
    if (!hasTime) {
      time();
    }
    if (action.id() != null) {
      out.next().ascii("\"id\":").copy(RecordBytes.quoted(action.id()));
    }
    if (data > 0) {
      metadata(hasTime);
    }
    out.ascii("}");
  }

  private Fate fate(int field, boolean hasTime) {
    byte kind = source.kind(field);
    int length = source.nameTo(field) - source.nameFrom(field) - 2;
    return switch (length) {
      case 2 -> is(field, "id") ? Fate.DATA : keptUnlessEscaped(field);
      case 3 -> is(field, "app") && isNoText(field) ? Fate.DATA : keptUnlessEscaped(field);
      case 5 -> is(field, "level") && isNoText(field) ? Fate.DATA : keptUnlessEscaped(field);
      case 7 ->
          (is(field, "message") && !isText(field))
                  || (is(field, "service") && !isText(field) && kind != OBJECT)
              ? Fate.DATA
              : keptUnlessEscaped(field);
      case 9 -> {
        if (is(field, "metadata_")) {
          yield kind == OBJECT ? Fate.METADATA : Fate.DATA;
        }
        boolean other = is(field, "timestamp") && (hasTime || !isTime(field));
        yield other ? Fate.DATA : keptUnlessEscaped(field);
      }
      case 10 -> hasTime && is(field, "@timestamp") ? Fate.TIME : keptUnlessEscaped(field);
      default -> keptUnlessEscaped(field);
    };
  }

  private boolean is(int field, String name) {
    return source.hasName(field, name);
  }

  /** A name with escapes might be one of ours in another spelling. */
  private Fate keptUnlessEscaped(int field) {
    for (int i = source.nameFrom(field); i < source.nameTo(field); i++) {
      if (bytes[i] == '\\') {
        return Fate.DATA;
      }
    }
    return Fate.KEPT;
  }

  /** Whether it is there and is a string, a number or a boolean. */
  private boolean isText(int field) {
    return field >= 0 && isText(source, field);
  }

  private static boolean isText(FieldPlaces object, int field) {
    byte kind = object.kind(field);
    return kind != OBJECT && kind != '[' && kind != 'n';
  }

  /** Whether it is none of those, or empty. */
  private boolean isNoText(int field) {
    boolean isEmpty = isString(field) && source.valueTo(field) - source.valueFrom(field) == 2;
    return isEmpty || !isText(field);
  }

  private boolean isString(int field) {
    return source.kind(field) == STRING;
  }

  private boolean isTime(int field) {
    if (!isText(field)) {
      return false;
    }
    int from = source.valueFrom(field);
    int length = source.valueTo(field) - from;
    String raw = new String(bytes, from, Math.min(length, 64), StandardCharsets.UTF_8);
    boolean whole = !isString(field) || (length <= 64 && raw.indexOf('\\') < 0);
    return whole && Timestamps.parse(isString(field) ? JsonText.unquote(raw) : raw).isPresent();
  }

  private void value(String name, FieldPlaces object, int field) {
    out.next().ascii(name).copy(bytes, object.valueFrom(field), object.valueTo(field));
  }

  private void app(BulkAction action) {
    if (!first("\"app\":", "labels", "app") && !first("\"app\":", "data_stream", "dataset")) {
      String named = action.index();
      if (named != null && !named.equals(index)) {
        index = named;
        String app = IndexName.app(named);
        indexApp = app == null ? null : RecordBytes.quoted(app);
      }
      byte[] app = indexApp;
      if (named != null && app != null) {
        out.next().ascii("\"app\":").copy(app);
      }
    }
  }

  private void message() {
    int log = source.find("log");
    if (isText(source.find("msg")) || (log >= 0 && isString(log))) {
      return; // The decoder knows them.
    }
    int body = source.find("body");
    if (body >= 0 && isString(body)) {
      value("\"message\":", source, body);
    } else if (!first("\"message\":", "event", "original")
        && !first("\"message\":", "error", "message")
        && !first("\"message\":", "body", "text")) {
      out.next().ascii("\"message\":\"\"");
    }
  }

  private void level(boolean hasTime) {
    int severity = source.find("severity_text");
    int priority = source.find("priority");
    if (severity >= 0 && isString(severity)) {
      value("\"level\":", source, severity);
    } else if (!hasTime
        && priority >= 0
        && isString(priority)
        && source.find("timereported") >= 0) {
      value("\"level\":", source, priority);
    }
  }

  /** OpenTelemetry's; all others are known to the decoder. */
  private void service() {
    int resource = source.find("resource");
    if (resource < 0 || !open(source, resource)) {
      return;
    }
    int attributes = inner.find("attributes");
    if (attributes >= 0 && open(inner, attributes)) {
      int name = inner.find("service.name");
      if (name >= 0 && inner.kind(name) == STRING) {
        value("\"service\":", inner, name);
      }
    }
  }

  /** Of rsyslog's own layout; all other names are known to the decoder. */
  private void time() {
    int reported = source.find("timereported");
    if (reported >= 0 && isTime(reported) && source.find("timestamp") < 0) {
      value("\"timestamp\":", source, reported);
    }
  }

  /** Writes a text that stands within an object, or flat with a dot; false if it is not there. */
  private boolean first(String name, String object, String field) {
    int nested = source.find(object);
    if (nested >= 0 && open(source, nested)) {
      int found = inner.find(field);
      if (found >= 0 && isFilled(inner, found)) {
        value(name, inner, found);
        return true;
      }
    }
    int flat = source.find(object + "." + field);
    if (flat >= 0 && isFilled(source, flat)) {
      value(name, source, flat);
      return true;
    }
    return false;
  }

  private static boolean isFilled(FieldPlaces object, int field) {
    return object.kind(field) == STRING && object.valueTo(field) - object.valueFrom(field) > 2;
  }

  private boolean open(FieldPlaces object, int field) {
    return object.kind(field) == OBJECT
        && inner.read(bytes, object.valueFrom(field), object.valueTo(field));
  }

  /** What cannot stand beside our own fields, and what the document itself calls so. */
  private void metadata(boolean hasTime) {
    out.next().ascii("\"metadata_\":{");
    for (int i = 0; i < source.count(); i++) {
      if (fate(i, hasTime) == Fate.DATA) {
        out.next().copy(bytes, source.nameFrom(i), source.valueTo(i));
      }
    }
    int own = source.find("metadata_");
    if (own >= 0
        && source.kind(own) == OBJECT
        && inner.read(bytes, source.valueFrom(own), source.valueTo(own))) {
      for (int i = 0; i < inner.count(); i++) {
        out.next().copy(bytes, inner.nameFrom(i), inner.valueTo(i));
      }
    }
    out.ascii("}");
  }
}
