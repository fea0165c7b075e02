package io.logagg.pattern;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The words of all messages by number, and what each looks like. Not thread-safe. */
final class Words {
  private static final int VARIABLE = 1;
  private static final int WORD = 2;
  private static final int INTRODUCES_NAME = 4;
  private static final int NAME = 8;

  /** Behind these, whatever the rest of the message says, there is a name. */
  private static final List<String> INTRODUCERS =
      List.of("user", "username", "client", "host", "hostname", "named", "called");

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> texts = new ArrayList<>();
  private final List<Integer> looks = new ArrayList<>();

  int number(String text) {
    Integer known = numbers.get(text);
    if (known != null) {
      return known;
    }
    int number = texts.size();
    numbers.put(text, number);
    texts.add(text);
    looks.add(look(text));
    return number;
  }

  int size() {
    return texts.size();
  }

  String text(int word) {
    return texts.get(word);
  }

  /** Whether it is a slot, with brackets and marks around it at most. */
  boolean isVariable(int word) {
    return (looks.get(word) & VARIABLE) != 0;
  }

  /** Whether it has letters beside its slots. */
  boolean isWord(int word) {
    return (looks.get(word) & WORD) != 0;
  }

  /**
   * Whether it has the form of a name rather than of a word: {@code a.b}, {@code a_b}, {@code aB}.
   */
  boolean isName(int word) {
    return (looks.get(word) & NAME) != 0;
  }

  boolean introducesName(int word) {
    return (looks.get(word) & INTRODUCES_NAME) != 0;
  }

  private static int look(String text) {
    boolean hasSlot = false;
    boolean hasLetter = false;
    boolean joined = false;
    int last = text.length() - 1;
    for (int i = 0; i <= last; i++) {
      char c = text.charAt(i);
      hasSlot |= c == Slot.MARK;
      hasLetter |= CharKind.is(c, CharKind.LETTER) && c != '_';
      if (i > 0 && i < last) {
        char before = text.charAt(i - 1);
        joined |= "._-".indexOf(c) >= 0 || (isLower(before) && isUpper(c));
      }
    }
    return (hasSlot && !hasLetter ? VARIABLE : 0)
        | (hasLetter ? WORD : 0)
        | (joined && hasLetter && !isLabel(text) ? NAME : 0)
        | (INTRODUCERS.contains(text) ? INTRODUCES_NAME : 0);
  }

  /** What is said of the rest, or called, is no variable part of it. */
  private static boolean isLabel(String text) {
    return text.endsWith(":") || text.indexOf('(') >= 0;
  }

  private static boolean isLower(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }
}
