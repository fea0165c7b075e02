package io.logagg.protocol.redact;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Where something stands in a text: the characters {@code [from, to)}. */
public record Span(int from, int to) {

  /** The same places in order, with those that overlap as one. */
  static List<Span> merged(List<Span> spans) {
    if (spans.size() < 2) {
      return spans;
    }
    List<Span> sorted = new ArrayList<>(spans);
    sorted.sort(Comparator.comparingInt(Span::from));
    List<Span> merged = new ArrayList<>();
    Span last = sorted.get(0);
    for (Span next : sorted.subList(1, sorted.size())) {
      if (next.from < last.to) {
        last = new Span(last.from, Math.max(last.to, next.to));
      } else {
        merged.add(last);
        last = next;
      }
    }
    merged.add(last);
    return merged;
  }
}
