package io.logagg.pattern;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the messages of a group have in common.
 *
 * @param text masked, with a slot for each word that varies
 * @param kinds of its slots
 * @param constants of each slot, the id that all messages have there; null if they differ
 * @param count of messages
 */
record Template(String text, List<Slot> kinds, List<@Nullable String> constants, long count) {
  /** One message alone does not tell an id from a word with a digit, such as {@code ssh2}. */
  private static final int MAX_DIGITS_OF_WORD = 2;

  static <T> Template of(Group<T> group, Words words) {
    StringBuilder text = new StringBuilder();
    List<Slot> kinds = new ArrayList<>();
    List<@Nullable String> constants = new ArrayList<>();
    int[] slot = new int[group.rows().size()];
    for (int column = 0; column < group.width(); column++) {
      text.append(column == 0 ? "" : " ");
      if (group.varies(column)) {
        text.append(varying(group, words, column));
        kinds.add(Slot.ANY);
        constants.add(null);
        for (int row = 0; row < slot.length; row++) {
          slot[row] += slots(words.text(group.rows().get(row).word(column)));
        }
      } else {
        String token = words.text(group.word(column));
        text.append(token);
        for (int i = slots(token); i > 0; i--) {
          addSlot(group, slot, kinds, constants);
        }
      }
    }
    return new Template(text.toString(), kinds, constants, group.count());
  }

  /** Adds what all rows have in common at these slots of theirs, and goes on to the next ones. */
  private static <T> void addSlot(
      Group<T> group, int[] slot, List<Slot> kinds, List<@Nullable String> constants) {
    Signature<T> first = group.rows().get(0).signature();
    Slot kind = first.kind(slot[0]);
    String constant = first.constant(slot[0]);
    for (int row = 0; row < slot.length; row++) {
      Signature<T> signature = group.rows().get(row).signature();
      kind = Slot.common(kind, signature.kind(slot[row]));
      if (constant != null && !constant.equals(signature.constant(slot[row]))) {
        constant = null;
      }
      slot[row]++;
    }
    kinds.add(kind);
    constants.add(constant);
  }

  /**
   * As people see it: slots are named by their kind, and an id that never changes is shown as it
   * is.
   */
  String shown() {
    StringBuilder out = new StringBuilder();
    int slot = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == Slot.MARK) {
        String constant = constants.get(slot);
        boolean known = constant != null && (count > 1 || isWord(constant));
        out.append(known ? constant : kinds.get(slot).shown());
        slot++;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static boolean isWord(String id) {
    return CharKind.is(id.charAt(0), CharKind.LETTER)
        && id.chars().filter(c -> c >= '0' && c <= '9').count() <= MAX_DIGITS_OF_WORD;
  }

  private static int slots(String token) {
    int count = 0;
    for (int i = 0; i < token.length(); i++) {
      count += token.charAt(i) == Slot.MARK ? 1 : 0;
    }
    return count;
  }

  /** A slot, with the marks around it that all words have at this place. */
  private static <T> String varying(Group<T> group, Words words, int column) {
    List<Row<T>> rows = group.rows();
    String first = words.text(rows.get(0).word(column));
    int before = marks(first, 0, 1);
    int behind = before == first.length() ? 0 : marks(first, first.length() - 1, -1);
    for (Row<T> row : rows) {
      String other = words.text(row.word(column));
      int shorter = Math.min(first.length(), other.length());
      before = Math.min(before, common(first, other, shorter, true));
      behind = Math.min(behind, common(first, other, shorter - before, false));
    }
    return first.substring(0, before) + Slot.MARK + first.substring(first.length() - behind);
  }

  private static int marks(String text, int from, int step) {
    int count = 0;
    for (int i = from; i >= 0 && i < text.length() && isMark(text.charAt(i)); i += step) {
      count++;
    }
    return count;
  }

  private static boolean isMark(char c) {
    return CharKind.is(c, CharKind.OPENER | CharKind.CLOSER);
  }

  private static int common(String one, String other, int max, boolean fromStart) {
    int count = 0;
    while (count < max && at(one, count, fromStart) == at(other, count, fromStart)) {
      count++;
    }
    return count;
  }

  private static char at(String text, int place, boolean fromStart) {
    return text.charAt(fromStart ? place : text.length() - 1 - place);
  }
}
