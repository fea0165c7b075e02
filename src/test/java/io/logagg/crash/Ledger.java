package io.logagg.crash;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What one producer knows of its records, by their sequence. Written by its thread only. */
final class Ledger {
  /** What is known of a record. */
  enum State {
    /** Not answered, or not for certain: it may be stored, once at most. */
    UNKNOWN,
    /** It was said that it was not taken: it must not be stored. */
    REFUSED,
    /** It must be stored once. */
    ACKNOWLEDGED
  }

  private final String producer;
  private final List<State> states = new ArrayList<>();
  private final BitSet bad = new BitSet();

  /**
   * What was said of the requests that began with these records, so that a loss can be explained.
   */
  private final NavigableMap<Integer, String> answers = new TreeMap<>();

  Ledger(String producer) {
    this.producer = producer;
  }

  /** Also the name of its app. */
  String producer() {
    return producer;
  }

  /**
   * Notes a record that is about to be sent for the first time; its sequence.
   *
   * @param isBad whether it is to become a dead letter
   */
  int add(boolean isBad) {
    int sequence = states.size();
    states.add(State.UNKNOWN);
    bad.set(sequence, isBad);
    return sequence;
  }

  /** An acknowledgement stays one, whatever is said later. */
  void note(int sequence, State state) {
    if (state(sequence) != State.ACKNOWLEDGED) {
      states.set(sequence, state);
    }
  }

  void answered(int firstSequence, String answer) {
    answers.merge(firstSequence, answer, (before, now) -> before + " | " + now);
  }

  /** What was said of the request that a record was in. */
  String answer(int sequence) {
    var entry = answers.floorEntry(sequence);
    return entry == null
        ? "never answered"
        : "request from " + entry.getKey() + ": " + entry.getValue();
  }

  int count() {
    return states.size();
  }

  boolean isBad(int sequence) {
    return bad.get(sequence);
  }

  State state(int sequence) {
    return states.get(sequence);
  }

  long countOf(State state, boolean isBad) {
    long found = 0;
    for (int i = 0; i < count(); i++) {
      if (state(i) == state && isBad(i) == isBad) {
        found++;
      }
    }
    return found;
  }
}
