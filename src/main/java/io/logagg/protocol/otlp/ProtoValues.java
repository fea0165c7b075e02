package io.logagg.protocol.otlp;

import io.logagg.protocol.RecordJson;
import io.logagg.protocol.protobuf.BadProtobufException;
import io.logagg.protocol.protobuf.ProtoReader;
import java.util.Base64;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Values of OpenTelemetry's {@code common.proto} as JSON. */
final class ProtoValues {
  private static final int KEY = 1;
  private static final int VALUE = 2;

  private static final int STRING = 1;
  private static final int BOOL = 2;
  private static final int INT = 3;
  private static final int DOUBLE = 4;
  private static final int ARRAY = 5;
  private static final int KVLIST = 6;
  private static final int BYTES = 7;

  /** What is nested deeper is kept as it came, in base64. */
  private static final int MAX_DEPTH = 100;

  private ProtoValues() {}

  /** Writes a {@code KeyValue}. */
  static void keyValue(ProtoReader pair, RecordJson out, UnaryOperator<String> names)
      throws BadProtobufException {
    keyValue(pair, out, names, 0);
  }

  private static void keyValue(
      ProtoReader pair, RecordJson out, UnaryOperator<String> names, int depth)
      throws BadProtobufException {
    String key = names.apply(pair.findText(KEY));
    value(pair.find(VALUE), out, key, depth);
  }

  /** Writes an {@code AnyValue}; an empty one as null. */
  static void value(ProtoReader value, RecordJson out, @Nullable String name)
      throws BadProtobufException {
    value(value, out, name, 0);
  }

  private static void value(ProtoReader value, RecordJson out, @Nullable String name, int depth)
      throws BadProtobufException {
    while (value.next()) {
      switch (value.field()) {
        case STRING -> out.text(name, value.text());
        case BOOL -> out.bool(name, value.varint() != 0);
        case INT -> out.number(name, value.varint());
        case DOUBLE -> out.number(name, Double.longBitsToDouble(value.fixed64()));
        case BYTES -> out.text(name, base64(value));
        case ARRAY, KVLIST -> {
          if (depth == MAX_DEPTH) {
            out.text(name, base64(value));
          } else if (value.field() == ARRAY) {
            array(value.message(), out, name, depth);
          } else {
            object(value.message(), out, name, depth);
          }
        }
        default -> {
          continue;
        }
      }
      return;
    }
    out.nothing(name);
  }

  private static String base64(ProtoReader value) throws BadProtobufException {
    return Base64.getEncoder().encodeToString(value.bytes());
  }

  private static void array(ProtoReader list, RecordJson out, @Nullable String name, int depth)
      throws BadProtobufException {
    out.array(name);
    while (list.next()) {
      if (list.field() == 1) {
        value(list.message(), out, null, depth + 1);
      }
    }
    out.end();
  }

  private static void object(ProtoReader list, RecordJson out, @Nullable String name, int depth)
      throws BadProtobufException {
    out.object(name);
    while (list.next()) {
      if (list.field() == 1) {
        keyValue(list.message(), out, UnaryOperator.identity(), depth + 1);
      }
    }
    out.end();
  }
}
