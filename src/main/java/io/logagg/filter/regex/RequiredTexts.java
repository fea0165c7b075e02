package io.logagg.filter.regex;

import io.logagg.filter.regex.RegexNode.One;
import io.logagg.filter.regex.RegexNode.Repeat;
import io.logagg.filter.regex.RegexNode.Sequence;
import java.util.ArrayList;
import java.util.List;

/** Texts of ASCII that stand, in either case, in everything in which an expression is found. */
final class RequiredTexts {
  private final List<String> texts = new ArrayList<>();
  private final StringBuilder run = new StringBuilder();

  private RequiredTexts() {}

  static List<String> of(RegexNode node) {
    RequiredTexts required = new RequiredTexts();
    required.add(node);
    required.end();
    return List.copyOf(required.texts);
  }

  private void end() {
    if (!run.isEmpty()) {
      texts.add(run.toString());
      run.setLength(0);
    }
  }

  private void add(RegexNode node) {
    int c = node instanceof One one ? character(one.set()) : -1;
    if (c >= 0) {
      run.append((char) c);
    } else if (node instanceof Sequence sequence) {
      sequence.parts().forEach(this::add);
    } else if (node instanceof Repeat repeat && repeat.min() > 0) {
      // Once at least, with anything before and behind.
      end();
      add(repeat.part());
      end();
    } else if (!(node instanceof RegexNode.Place)) {
      end();
    }
  }

  /** The one of ASCII that it must be, in either case; -1 for any of several. */
  private static int character(CharSet set) {
    int first = set.isEmpty() ? -1 : set.ranges().get(0).from();
    boolean isAscii = first > 0 && first < 0x80;
    boolean isOne =
        isAscii
            && (set.isSingle()
                || set.equals(
                    CharSet.single(Character.toUpperCase(first))
                        .plus(CharSet.single(Character.toLowerCase(first)))));
    return isOne ? Character.toLowerCase(first) : -1;
  }
}
