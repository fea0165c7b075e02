package io.logagg.query;

import io.logagg.pattern.MessagePattern;
import io.logagg.pattern.PatternMiner;
import io.logagg.query.LogPatterns.Request;
import io.logagg.query.LogPatternsFound.Pattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Gathers what is to be told of each pattern. Not thread-safe. */
final class PatternTallies {
  /** Further ones of a pattern are counted in none. */
  private static final int MAX_LEVELS = 50;

  /** By time, then as the newest are read first. */
  private static final Comparator<UUID> NEWEST_FIRST =
      Comparator.<UUID>comparingLong(UUID::getMostSignificantBits)
          .thenComparingLong(UUID::getLeastSignificantBits)
          .reversed();

  private final PatternMiner<Tally> miner;
  private final int maxMembers;
  private int members;
  private boolean membersCut;
  private long scanned;

  /**
   * Of nothing so far.
   *
   * @param maxMembers ids that are kept; 0 if none are wanted
   */
  PatternTallies(PatternMiner.Limits limits, int maxMembers) {
    this.miner = new PatternMiner<>(limits, Tally::new, Tally::merge);
    this.maxMembers = maxMembers;
  }

  /** What is known of the records with the same masked message. */
  private static final class Tally {
    private final Map<String, Long> levels = new TreeMap<>();
    private long firstMicros = Long.MAX_VALUE;
    private long lastMicros = Long.MIN_VALUE;
    private long lastSeq = Long.MIN_VALUE;
    private List<UUID> members = List.of();

    void add(long micros, long seq, String level) {
      addLevel(level, 1);
      firstMicros = Math.min(firstMicros, micros);
      takeLast(micros, seq);
    }

    private void addLevel(String level, long count) {
      if (levels.size() < MAX_LEVELS || levels.containsKey(level)) {
        levels.merge(level, count, Long::sum);
      }
    }

    private void takeLast(long micros, long seq) {
      if (micros > lastMicros || (micros == lastMicros && seq > lastSeq)) {
        lastMicros = micros;
        lastSeq = seq;
      }
    }

    void addMember(UUID id) {
      if (members.isEmpty()) {
        members = new ArrayList<>(2);
      }
      members.add(id);
    }

    Tally merge(Tally other) {
      other.levels.forEach(this::addLevel);
      firstMicros = Math.min(firstMicros, other.firstMicros);
      takeLast(other.lastMicros, other.lastSeq);
      other.members.forEach(this::addMember);
      return this;
    }
  }

  void add(long micros, long seq, String level, String message) {
    Tally tally = miner.add(message);
    tally.add(micros, seq, level);
    scanned++;
    if (members < maxMembers) {
      tally.addMember(LogPatterns.id(micros, seq));
      members++;
    } else {
      membersCut = maxMembers > 0;
    }
  }

  /** All that was found; to be called once. */
  LogPatternsFound found(Request request, boolean approximate) {
    List<Pattern> patterns = new ArrayList<>();
    long shown = 0;
    for (MessagePattern<Tally> pattern : miner.patterns()) {
      if (patterns.size() < request.limit()) {
        patterns.add(shown(pattern));
        shown += pattern.count();
      }
    }
    return new LogPatternsFound(patterns, scanned, scanned - shown, approximate, membersCut);
  }

  private Pattern shown(MessagePattern<Tally> pattern) {
    Tally tally = pattern.tally();
    List<UUID> ids = tally.members.stream().sorted(NEWEST_FIRST).toList();
    return new Pattern(
        pattern.template(),
        pattern.count(),
        (double) pattern.count() / scanned,
        LogPatterns.id(tally.lastMicros, tally.lastSeq),
        tally.levels,
        tally.firstMicros,
        tally.lastMicros,
        ids);
  }
}
