package io.logagg.filter.regex;

import io.logagg.filter.regex.RegexNode.Choice;
import io.logagg.filter.regex.RegexNode.One;
import io.logagg.filter.regex.RegexNode.Place;
import io.logagg.filter.regex.RegexNode.Repeat;
import io.logagg.filter.regex.RegexNode.Sequence;
import java.util.List;

/** Writes a regular expression for PostgreSQL or RE2. */
enum RegexWriter {
  /**
   * Advanced regular expressions of PostgreSQL. Its own word boundary goes by the letters of the
   * locale, so it is said by what stands before and behind.
   */
  POSTGRES(
      "(?:(?<![0-9A-Z_a-z])(?=[0-9A-Z_a-z])|(?<=[0-9A-Z_a-z])(?![0-9A-Z_a-z]))",
      "(?:(?<![0-9A-Z_a-z])(?![0-9A-Z_a-z])|(?<=[0-9A-Z_a-z])(?=[0-9A-Z_a-z]))") {
    @Override
    String code(int c) {
      return c <= 0xFFFF ? String.format("\\u%04X", c) : String.format("\\U%08X", c);
    }
  },

  RE2("\\b", "\\B") {
    @Override
    String code(int c) {
      return String.format("\\x{%X}", c);
    }
  };

  private final String boundary;
  private final String noBoundary;

  RegexWriter(String boundary, String noBoundary) {
    this.boundary = boundary;
    this.noBoundary = noBoundary;
  }

  /** A character by its number. */
  abstract String code(int c);

  String write(RegexNode node) {
    StringBuilder out = new StringBuilder();
    write(out, node);
    return out.toString();
  }

  private void write(StringBuilder out, RegexNode node) {
    if (node instanceof One one) {
      writeSet(out, one.set());
    } else if (node instanceof Sequence sequence) {
      sequence.parts().forEach(part -> writeAtom(out, part, part instanceof Choice));
    } else if (node instanceof Choice choice) {
      List<RegexNode> parts = choice.parts();
      for (int i = 0; i < parts.size(); i++) {
        out.append(i == 0 ? "" : "|");
        write(out, parts.get(i));
      }
    } else if (node instanceof Repeat repeat) {
      writeAtom(out, repeat.part(), !(repeat.part() instanceof One));
      writeTimes(out, repeat);
    } else {
      out.append(
          switch ((Place) node) {
            case START -> "^";
            case END -> "$";
            case WORD_BOUNDARY -> boundary;
            case NO_WORD_BOUNDARY -> noBoundary;
          });
    }
  }

  private void writeAtom(StringBuilder out, RegexNode node, boolean grouped) {
    out.append(grouped ? "(?:" : "");
    write(out, node);
    out.append(grouped ? ")" : "");
  }

  private static void writeTimes(StringBuilder out, Repeat repeat) {
    if (repeat.max() < 0) {
      switch (repeat.min()) {
        case 0 -> out.append('*');
        case 1 -> out.append('+');
        default -> out.append('{').append(repeat.min()).append(",}");
      }
    } else if (repeat.min() == 0 && repeat.max() == 1) {
      out.append('?');
    } else {
      out.append('{').append(repeat.min()).append(',').append(repeat.max()).append('}');
    }
  }

  private void writeSet(StringBuilder out, CharSet set) {
    if (set.isSingle()) {
      out.append(character(set.single()));
    } else if (set.equals(CharSet.ANY)) {
      out.append('.');
    } else {
      boolean inverted = set.isOpen();
      out.append(inverted ? "[^" : "[");
      for (CharSet.Range range : (inverted ? set.complement() : set).ranges()) {
        out.append(character(range.from()));
        if (range.to() > range.from()) {
          out.append('-').append(character(range.to()));
        }
      }
      out.append(']');
    }
  }

  /** Letters, digits and the underscore mean themselves everywhere. */
  private String character(int c) {
    boolean plain =
        c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return plain ? String.valueOf((char) c) : code(c);
  }
}
