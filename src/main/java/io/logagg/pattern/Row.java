package io.logagg.pattern;

/** A masked message as a row of words, each by its number in {@link Words}. */
final class Row<T> {
  private final Signature<T> signature;
  private final int[] words;

  Row(Signature<T> signature, int[] words) {
    this.signature = signature;
    this.words = words;
  }

  Signature<T> signature() {
    return signature;
  }

  int width() {
    return words.length;
  }

  int word(int column) {
    return words[column];
  }
}
