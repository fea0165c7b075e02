package io.logagg.protocol.redact;

import java.util.ArrayList;
import java.util.List;

/**
 * Numbers of payment cards (ISO/IEC 7812): 13 to 19 digits, the first of them 2 to 6, whose check
 * digit is right (Luhn's). They stand together, or in the groups that are printed on cards with a
 * blank or a hyphen between them, and not as a part of a word, an id or a fraction.
 */
final class CardNumberRule implements SecretRule {
  private static final int MIN_DIGITS = 13;
  private static final int MAX_DIGITS = 19;

  /** The sizes of groups that follow a first one of four. */
  private static final int[][] GROUPS = {
    {4, 4, 4, 3},
    {4, 4, 4, 2},
    {4, 4, 4, 1},
    {4, 4, 4},
    {4, 4, 3},
    {4, 4, 2},
    {4, 4, 1},
    {6, 5},
    {6, 4},
  };

  @Override
  public String name() {
    return BuiltinRule.CREDIT_CARD.label();
  }

  @Override
  public List<Span> find(String text) {
    List<Span> found = List.of();
    int length = text.length();
    // A run of so many characters has one at every such step.
    int at = MIN_DIGITS - 1;
    int done = 0;
    while (at < length) {
      if (isOfRun(text.charAt(at))) {
        int from = at;
        while (from > done && isOfRun(text.charAt(from - 1))) {
          from--;
        }
        done = at + 1;
        while (done < length && isOfRun(text.charAt(done))) {
          done++;
        }
        if (done - from >= MIN_DIGITS) {
          found = findInRun(text, from, done, found);
        }
        at = done;
      }
      at += MIN_DIGITS;
    }
    return found;
  }

  /** Adds those within digits, blanks and hyphens. */
  private static List<Span> findInRun(String text, int from, int to, List<Span> before) {
    List<Span> found = before;
    int at = from;
    while (at < to) {
      if (!isDigit(text.charAt(at))) {
        at++;
        continue;
      }
      int groupEnd = digitsEnd(text, at, to);
      int end = startsNumber(text, at) ? numberEnd(text, at, groupEnd, to) : -1;
      if (end < 0) {
        at = groupEnd;
        continue;
      }
      if (found.isEmpty()) {
        found = new ArrayList<>();
      }
      found.add(new Span(at, end));
      at = end;
    }
    return found;
  }

  private static int numberEnd(String text, int from, int groupEnd, int to) {
    int digits = groupEnd - from;
    if (digits >= MIN_DIGITS) {
      return digits <= MAX_DIGITS && isCard(text, from, groupEnd) ? groupEnd : -1;
    }
    if (digits != 4) {
      return -1;
    }
    for (int[] sizes : GROUPS) {
      int end = groupsEnd(text, groupEnd, to, sizes);
      if (end >= 0 && isCard(text, from, end)) {
        return end;
      }
    }
    return -1;
  }

  /** Where groups of these sizes end that follow there, behind the same separator each. */
  private static int groupsEnd(String text, int from, int to, int[] sizes) {
    int at = from;
    for (int size : sizes) {
      if (at >= to || text.charAt(at) != text.charAt(from)) {
        return -1;
      }
      int end = digitsEnd(text, at + 1, to);
      if (end - at - 1 != size) {
        return -1;
      }
      at = end;
    }
    return at;
  }

  private static int digitsEnd(String text, int from, int to) {
    int at = from;
    while (at < to && isDigit(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean startsNumber(String text, int at) {
    char first = text.charAt(at);
    if (first < '2' || first > '6') {
      return false;
    }
    char before = at == 0 ? ' ' : text.charAt(at - 1);
    boolean fraction = before == '.' && at > 1 && isDigit(text.charAt(at - 2));
    return !isOfWord(before) && !fraction;
  }

  private static boolean isCard(String text, int from, int to) {
    char behind = to < text.length() ? text.charAt(to) : ' ';
    boolean fraction = behind == '.' && to + 1 < text.length() && isDigit(text.charAt(to + 1));
    return !isOfWord(behind) && !fraction && hasRightCheckDigit(text, from, to);
  }

  private static boolean hasRightCheckDigit(String text, int from, int to) {
    int sum = 0;
    boolean twice = false;
    for (int i = to - 1; i >= from; i--) {
      char c = text.charAt(i);
      if (isDigit(c)) {
        int value = (c - '0') * (twice ? 2 : 1);
        sum += value > 9 ? value - 9 : value;
        twice = !twice;
      }
    }
    return sum % 10 == 0;
  }

  private static boolean isOfRun(char c) {
    return isDigit(c) || c == ' ' || c == '-';
  }

  private static boolean isOfWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
