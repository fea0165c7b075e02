package io.logagg.filter.regex;

import io.logagg.filter.regex.RegexNode.Choice;
import io.logagg.filter.regex.RegexNode.One;
import io.logagg.filter.regex.RegexNode.Place;
import io.logagg.filter.regex.RegexNode.Repeat;
import io.logagg.filter.regex.RegexNode.Sequence;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An expression as steps that lead to one another, its repetitions written out (Thompson 1968).
 * Immutable.
 */
final class Program {
  private static final int MATCH = 0;

  private final List<Step> steps = new ArrayList<>();
  private final CharClasses classes;
  private final int start;

  Program(RegexNode node) {
    List<CharSet> sets = new ArrayList<>();
    collect(node, sets);
    classes = new CharClasses(sets);
    steps.add(new Step(null, null, -1, -1));
    start = before(node, MATCH);
  }

  /**
   * What is done at a place of the program.
   *
   * @param kinds classes of the character that is taken; null if none is
   * @param place that must hold; null if none must
   * @param next where it goes on, -1 at the end
   * @param other where it goes on, too; -1 for nowhere
   */
  record Step(@Nullable BitSet kinds, @Nullable Place place, int next, int other) {
    boolean isMatch() {
      return next < 0;
    }

    boolean isFork() {
      return other >= 0;
    }

    boolean takes(int kind) {
      return kinds != null && kinds.get(kind);
    }
  }

  CharClasses classes() {
    return classes;
  }

  int start() {
    return start;
  }

  Step step(int number) {
    return steps.get(number);
  }

  private static void collect(RegexNode node, List<CharSet> sets) {
    if (node instanceof One one) {
      sets.add(one.set());
    } else if (node instanceof Sequence sequence) {
      sequence.parts().forEach(part -> collect(part, sets));
    } else if (node instanceof Choice choice) {
      choice.parts().forEach(part -> collect(part, sets));
    } else if (node instanceof Repeat repeat) {
      collect(repeat.part(), sets);
    }
  }

  private int add(Step step) {
    steps.add(step);
    return steps.size() - 1;
  }

  private int fork(int next, int other) {
    return add(new Step(null, null, next, other));
  }

  /** Writes a node before what follows it; where it begins. */
  private int before(RegexNode node, int next) {
    if (node instanceof One one) {
      return add(new Step(classes.of(one.set()), null, next, -1));
    }
    if (node instanceof Sequence sequence) {
      int at = next;
      for (int i = sequence.parts().size() - 1; i >= 0; i--) {
        at = before(sequence.parts().get(i), at);
      }
      return at;
    }
    if (node instanceof Choice choice) {
      int at = before(choice.parts().get(choice.parts().size() - 1), next);
      for (int i = choice.parts().size() - 2; i >= 0; i--) {
        at = fork(before(choice.parts().get(i), next), at);
      }
      return at;
    }
    return node instanceof Repeat repeat
        ? before(repeat, next)
        : add(new Step(null, (Place) node, next, -1));
  }

  private int before(Repeat repeat, int next) {
    int at = next;
    if (repeat.max() < 0) {
      // To itself: written before it is known where the part begins.
      int loop = fork(next, next);
      int part = before(repeat.part(), loop);
      steps.set(loop, new Step(null, null, part, next));
      at = loop;
    }
    for (int i = repeat.min(); i < repeat.max(); i++) {
      at = fork(before(repeat.part(), at), next);
    }
    for (int i = 0; i < repeat.min(); i++) {
      at = before(repeat.part(), at);
    }
    return at;
  }
}
