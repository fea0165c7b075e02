package io.logagg.filter;

import org.jspecify.annotations.Nullable;

/** A record that is being tested, and what was worked out of it. Used by one thread. */
final class Candidate {
  private final RecordView view;
  private @Nullable String foldedMessage;
  private @Nullable String asciiFoldedMessage;
  private @Nullable JsonValue metadata;

  Candidate(RecordView view) {
    this.view = view;
  }

  RecordView view() {
    return view;
  }

  /**
   * The message in lower case.
   *
   * @param ascii whether only letters of ASCII are to be folded
   */
  String foldedMessage(boolean ascii) {
    return ascii ? asciiFoldedMessage() : foldedMessage();
  }

  private String asciiFoldedMessage() {
    String folded = asciiFoldedMessage;
    if (folded == null) {
      folded = foldAscii(view.message());
      asciiFoldedMessage = folded;
    }
    return folded;
  }

  private String foldedMessage() {
    String folded = foldedMessage;
    if (folded == null) {
      folded = fold(view.message());
      foldedMessage = folded;
    }
    return folded;
  }

  /** The metadata, read once. */
  @Nullable JsonValue metadata() {
    if (metadata == null) {
      metadata = JsonValue.parse(view.metadata());
    }
    return metadata;
  }

  static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  /** The letters of ASCII in lower case. */
  static String foldAscii(String text) {
    char[] chars = text.toCharArray();
    for (int i = 0; i < chars.length; i++) {
      if (chars[i] >= 'A' && chars[i] <= 'Z') {
        chars[i] = (char) (chars[i] + 'a' - 'A');
      }
    }
    return new String(chars);
  }

  /** Every character in lower case by itself, as PostgreSQL does it in its C.UTF-8. */
  static String fold(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c >= 'A' && c <= 'Z') || c >= 0x80) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(one -> out.appendCodePoint(Character.toLowerCase(one)));
        return out.toString();
      }
    }
    return text;
  }
}
