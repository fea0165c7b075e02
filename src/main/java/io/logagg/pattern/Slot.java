package io.logagg.pattern;

/** What a variable part of a message is, as far as its form tells. */
enum Slot {
  ANY("<*>"),
  NUMBER("<num>"),
  SIZE("<size>"),
  DURATION("<duration>"),
  TIME("<time>"),
  ADDRESS("<address>"),
  PATH("<path>"),
  ID("<id>"),

  /** An id that begins as a word does. */
  NAME("<id>");

  /** Stands for a variable part in masked text; no message has it, see {@link Masker}. */
  static final char MARK = '\u0001';

  private final String shown;

  Slot(String shown) {
    this.shown = shown;
  }

  /** How people see it. */
  String shown() {
    return shown;
  }

  /** What both are. */
  static Slot common(Slot one, Slot other) {
    if (one == other) {
      return one;
    }
    return one.shown.equals(other.shown) ? ID : ANY;
  }

  /** Whether one behind the other makes a list of them; a name is no part of a list of numbers. */
  static boolean areOneList(Slot one, Slot other) {
    return (one == NAME) == (other == NAME);
  }
}
