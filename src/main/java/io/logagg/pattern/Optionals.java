package io.logagg.pattern;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts groups together that differ only in variable parts that some messages leave out: {@code user
 * <*> logged in} and {@code user logged in}, where the name was empty.
 */
final class Optionals {
  /** With fewer words, equal ones say little. */
  private static final int MIN_WORDS = 2;

  private static final String SLOT = String.valueOf(Slot.MARK);

  private Optionals() {}

  /** The groups that belong together, the one with the most messages first. */
  static <T> List<List<Group<T>>> merge(List<Group<T>> groups, Words words) {
    Map<List<Integer>, List<Group<T>>> bySkeleton = new LinkedHashMap<>();
    List<List<Group<T>>> merged = new ArrayList<>();
    for (Group<T> group : groups) {
      List<Integer> skeleton = skeleton(group, words);
      if (skeleton.size() < MIN_WORDS) {
        merged.add(List.of(group));
      } else {
        bySkeleton.computeIfAbsent(skeleton, key -> new ArrayList<>()).add(group);
      }
    }
    for (List<Group<T>> same : bySkeleton.values()) {
      merged.addAll(chains(same, words));
    }
    return merged;
  }

  /** Those with the same words whose slots stand at the same places, as far as they are there. */
  private static <T> List<List<Group<T>>> chains(List<Group<T>> same, Words words) {
    List<List<Group<T>>> chains = new ArrayList<>();
    same.sort(Comparator.<Group<T>>comparingInt(Group::width).reversed());
    for (Group<T> group : same) {
      List<Group<T>> home = null;
      for (List<Group<T>> chain : chains) {
        if (home == null && leavesOut(chain.get(0), group, words)) {
          home = chain;
        }
      }
      if (home == null) {
        home = new ArrayList<>();
        chains.add(home);
      }
      home.add(group);
    }
    return chains;
  }

  private static <T> boolean leavesOut(Group<T> longer, Group<T> shorter, Words words) {
    int at = 0;
    for (int column = 0; column < longer.width() && at < shorter.width(); column++) {
      boolean slot = isSlot(longer, column, words);
      boolean otherSlot = isSlot(shorter, at, words);
      if (slot == otherSlot) {
        at++;
      } else if (!slot) {
        return false;
      }
    }
    return at == shorter.width();
  }

  private static <T> List<Integer> skeleton(Group<T> group, Words words) {
    List<Integer> skeleton = new ArrayList<>();
    for (int column = 0; column < group.width(); column++) {
      if (!isSlot(group, column, words)) {
        skeleton.add(group.word(column));
      }
    }
    return skeleton;
  }

  /** Without brackets or marks, which would be missing too. */
  private static <T> boolean isSlot(Group<T> group, int column, Words words) {
    return group.varies(column) || words.text(group.word(column)).equals(SLOT);
  }
}
