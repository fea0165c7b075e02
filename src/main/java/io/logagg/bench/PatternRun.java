package io.logagg.bench;

import io.logagg.pattern.PatternMiner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.StringTokenizer;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/** Measures one sample on one thread. */
final class PatternRun {
  /** So that the median is one of them. */
  private static final int PASSES = 5;

  private final PatternSample sample;

  PatternRun(PatternSample sample) {
    this.sample = sample;
  }

  /**
   * All figures.
   *
   * @param shuffles other orders to try; with none, the least and mean are those of the file's
   *     order
   * @param speedMessages at least so many messages in each of the measured passes
   */
  PatternResult measure(int shuffles, int speedMessages) {
    List<Integer> order =
        new ArrayList<>(IntStream.range(0, sample.messages().size()).boxed().toList());
    GroupingAccuracy accuracy = GroupingAccuracy.of(sample, order);
    double min = shuffles == 0 ? accuracy.accuracy() : 1;
    double sum = 0;
    for (int seed = 1; seed <= shuffles; seed++) {
      Collections.shuffle(order, new Random(seed));
      double shuffled = GroupingAccuracy.of(sample, order).accuracy();
      min = Math.min(min, shuffled);
      sum += shuffled;
    }
    int repeats = (speedMessages + order.size() - 1) / order.size();
    List<Double> mined = new ArrayList<>();
    List<Double> split = new ArrayList<>();
    for (int pass = 0; pass <= PASSES; pass++) {
      double minedPass = perSecond(() -> mine(repeats), repeats);
      double splitPass = perSecond(() -> split(repeats), repeats);
      if (pass > 0) { // The first one warms up.
        mined.add(minedPass);
        split.add(splitPass);
      }
    }
    double mean = shuffles == 0 ? accuracy.accuracy() : sum / shuffles;
    return new PatternResult(
        sample.name(), order.size(), accuracy, min, mean, median(mined), median(split));
  }

  private double perSecond(IntSupplier work, int repeats) {
    long start = System.nanoTime();
    int done = work.getAsInt();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (done == 0) {
      throw new IllegalStateException("no message has a word");
    }
    return repeats * (double) sample.messages().size() / seconds;
  }

  /** Masks and counts each message, and finds the templates at the end. */
  private int mine(int repeats) {
    PatternMiner<int[]> miner =
        new PatternMiner<>(
            PatternMiner.Limits.USUAL,
            () -> new int[1],
            (one, other) -> {
              one[0] += other[0];
              return one;
            });
    for (int i = 0; i < repeats; i++) {
      for (String message : sample.messages()) {
        miner.add(message)[0]++;
      }
    }
    return miner.patterns().size();
  }

  private int split(int repeats) {
    int tokens = 0;
    for (int i = 0; i < repeats; i++) {
      for (String message : sample.messages()) {
        StringTokenizer tokenizer = new StringTokenizer(message);
        while (tokenizer.hasMoreTokens()) {
          tokens += tokenizer.nextToken().length();
        }
      }
    }
    return tokens;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElse(0.0);
  }
}
