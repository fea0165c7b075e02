package io.logagg.pattern;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds masked messages by their text, without making a string of it. Not thread-safe. */
final class SignatureTable<T> {
  private List<Signature<T>> all = new ArrayList<>();
  private @Nullable Signature<T>[] slots = emptySlots(1024);
  private long chars;

  @SuppressWarnings("unchecked") // An array of a generic type cannot be made otherwise.
  private static <T> @Nullable Signature<T>[] emptySlots(int size) {
    return (@Nullable Signature<T>[]) new Signature<?>[size];
  }

  List<Signature<T>> all() {
    return all;
  }

  int size() {
    return all.size();
  }

  /** Of all texts together. */
  long chars() {
    return chars;
  }

  /** Null if it is not there. */
  @Nullable Signature<T> find(MaskedText masked, int hash) {
    int mask = slots.length - 1;
    for (int i = hash & mask; ; i = i + 1 & mask) {
      Signature<T> found = slots[i];
      if (found == null || found.isOf(masked, hash)) {
        return found;
      }
    }
  }

  /** Adds one that is not there. */
  void add(Signature<T> signature) {
    all.add(signature);
    chars += signature.chars();
    if (all.size() * 2 > slots.length) {
      slots = emptySlots(slots.length * 2);
      all.forEach(this::place);
    } else {
      place(signature);
    }
  }

  private void place(Signature<T> signature) {
    int mask = slots.length - 1;
    int i = signature.hash() & mask;
    while (slots[i] != null) {
      i = i + 1 & mask;
    }
    slots[i] = signature;
  }

  void clear() {
    all = new ArrayList<>();
    slots = emptySlots(1024);
    chars = 0;
  }
}
