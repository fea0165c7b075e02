package io.logagg.protocol;

import java.util.Random;

/** Writes random records as valid JSON, with all that JSON allows and loggers get wrong. */
final class RandomJson {
  private static final String[] PLAIN = {
    "a", "b", "level", "name", "message", "lvl", "log", "x y", "größe", "😀", "'; DROP TABLE x; --",
  };

  private static final String[] PIECES = {
    "a",
    " ",
    "é",
    "😀",
    "\u2028",
    "\uFFFF",
    "\u007F",
    "\\n",
    "\\\"",
    "\\\\",
    "\\/",
    "{",
    "]",
    ",",
    "\\u0000",
    "\\u001f",
    "\\ud83d",
    "\\ude00",
    "\\ud83d\\ude00",
    "\\u0041",
    "1e999",
    "\\\\u0000",
  };

  private static final String[] NUMBERS = {
    "0",
    "-0",
    "7",
    "30",
    "-1",
    "1764000000",
    "1764000000123",
    "0.1",
    "-12.25",
    "1e5",
    "1E+10",
    "2.5e-7",
    "1E+308",
    "1E-308",
    "1E+309",
    "-2.5E-4000",
    "1E+99999",
    "12345678901234567890123",
    "3.141592653589793238462643383279",
  };

  private static final String[] TIMES = {
    "\"2026-02-01T00:00:00Z\"", "\"2026-02-01 00:00:00.5+02:00\"", "\"soon\"", "0", "1764000000.25",
  };

  private static final String[] SCALAR_FIELDS = {"message", "app", "level", "id"};

  private static final String[] ALIASES = {
    "msg",
    "log",
    "ts",
    "time",
    "@timestamp",
    "severity",
    "lvl",
    "log.level",
    "logger",
    "component",
    "service.name",
    "metadata",
  };

  private final Random random;
  private int distinct;

  RandomJson(Random random) {
    this.random = random;
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private String any(String[] of) {
    return of[random.nextInt(of.length)];
  }

  private String blanks() {
    return oneIn(6) ? any(new String[] {" ", "\n", "\r\n", "\t  "}) : "";
  }

  String record() {
    StringBuilder out = new StringBuilder("{");
    boolean service = false;
    for (int i = random.nextInt(14); i > 0; i--) {
      // A duplicate of service is told apart by its type, unlike all others.
      String field = field(service);
      service |= field.startsWith("\"service\"");
      out.append(blanks()).append(field).append(blanks()).append(',');
    }
    if (!oneIn(12)) {
      out.append("\"message\":").append(scalar()).append(',');
    }
    return out.append("\"app\":\"shop\"").append(blanks()).append('}').toString();
  }

  private String field(boolean noService) {
    return switch (random.nextInt(noService ? 7 : 8)) {
      case 0 -> pair(any(SCALAR_FIELDS), oneIn(4) ? "null" : scalar());
      case 1 -> pair("timestamp", oneIn(4) ? "null" : any(TIMES));
      case 2, 3 -> pair(any(ALIASES), oneIn(3) ? any(TIMES) : value(3));
      case 4 -> pair("metadata_", oneIn(4) ? "null" : object(3));
      case 7 -> pair("service", oneIn(2) ? object(2) : scalar());
      default -> name() + blanks() + ':' + blanks() + value(4);
    };
  }

  private String pair(String name, String value) {
    return '"' + name + '"' + blanks() + ':' + blanks() + value;
  }

  private String name() {
    if (oneIn(3)) {
      // Told apart by a number, since cleaning may make different names equal.
      return "\""
          + distinct++
          + any(new String[] {"\\u0000", "\\n", "\\ud83d\\ude00", "\\\""})
          + '"';
    }
    return '"' + any(PLAIN) + '"';
  }

  private String value(int depth) {
    return switch (random.nextInt(depth > 0 ? 4 : 2)) {
      case 2 -> array(depth - 1);
      case 3 -> object(depth - 1);
      default -> oneIn(5) ? any(new String[] {"true", "false", "null"}) : scalar();
    };
  }

  private String scalar() {
    if (oneIn(3)) {
      return any(NUMBERS);
    }
    if (oneIn(20)) {
      return random.nextBoolean() ? "true" : "false";
    }
    StringBuilder out = new StringBuilder("\"");
    for (int i = random.nextInt(oneIn(30) ? 400 : 6); i > 0; i--) {
      out.append(any(PIECES));
    }
    return out.append('"').toString();
  }

  private String array(int depth) {
    StringBuilder out = new StringBuilder("[");
    for (int i = random.nextInt(4); i > 0; i--) {
      out.append(blanks()).append(value(depth)).append(i > 1 ? "," : "");
    }
    return out.append(blanks()).append(']').toString();
  }

  private String object(int depth) {
    StringBuilder out = new StringBuilder("{");
    for (int i = random.nextInt(4); i > 0; i--) {
      out.append(blanks()).append(name()).append(blanks()).append(':').append(value(depth));
      out.append(i > 1 ? "," : "");
    }
    return out.append(blanks()).append('}').toString();
  }
}
