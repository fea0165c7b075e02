package io.logagg.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.logagg.block.Block;
import io.logagg.block.BlockRow;
import io.logagg.block.Column;
import io.logagg.block.Trigrams;
import io.logagg.filter.Condition;
import io.logagg.filter.Field;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Match;
import io.logagg.filter.regex.Regex;
import io.logagg.filter.regex.RegexSyntaxException;
import io.logagg.seal.BlockMatcher;
import io.logagg.seal.BlockRecords;
import io.logagg.seal.SealedBlock;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Makes, reads and searches a block at a time. JMH tells the microseconds a block; beside them,
 * each iteration prints the records a second of the CPU time of its thread, which other programs on
 * the machine make no less.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BlockBenchmark {
  private static final String REGEX = "(failed|refused|closed|returned|user) .*[0-9]{3}";
  private static final int TEXT_CHARS = 12;

  /** {@code generated}, or a file of NDJSON. */
  @Param(BlockRowsSample.GENERATED)
  public String records = BlockRowsSample.GENERATED;

  private List<List<BlockRow>> rows = List.of();
  private List<SealedBlock> blocks = List.of();
  private Map<Integer, String> apps = Map.of();
  private BlockMatcher byText = new BlockMatcher(LogFilter.ALL);
  private BlockMatcher byRegex = new BlockMatcher(LogFilter.ALL);
  private BlockMatcher byValue = new BlockMatcher(LogFilter.ALL);
  private int next;
  private long done;
  private long startNanos;

  @Setup
  public void makeBlocks() throws IOException, RegexSyntaxException {
    rows = BlockRowsSample.blocks(records);
    blocks = rows.stream().map(SealedBlock::of).toList();
    apps = IntStream.range(0, 10).boxed().collect(Collectors.toMap(app -> app, app -> "app" + app));
    BlockRow one = rows.get(0).get(rows.get(0).size() / 2);
    String message = one.message();
    int from = Math.max(0, message.length() / 2 - TEXT_CHARS / 2);
    byText =
        message(
            new Match.Contains(
                message.substring(from, Math.min(message.length(), from + TEXT_CHARS))));
    byRegex = message(new Match.Matches(Regex.parse(REGEX)));
    var field = new ObjectMapper().readTree(one.metadata()).properties().iterator().next();
    byValue =
        new BlockMatcher(
            LogFilter.of(
                Condition.test(
                    Field.Metadata.of(field.getKey()),
                    new Match.Equal(field.getValue().asText()))));
    tellBytes();
  }

  private static BlockMatcher message(Match match) {
    return new BlockMatcher(LogFilter.of(Condition.test(Field.Column.MESSAGE, match)));
  }

  private void tellBytes() {
    long count = rows.stream().mapToLong(List::size).sum();
    long columns =
        blocks.stream()
            .flatMap(made -> made.block().columns().values().stream())
            .mapToLong(column -> column.length)
            .sum();
    long trigrams = blocks.stream().mapToLong(made -> made.trigrams().length()).sum();
    long values = blocks.stream().mapToLong(made -> made.values().length()).sum();
    System.out.printf(
        "%d records: %.1f bytes a record, trigrams %.1f, values %.1f, %.1f of text%n",
        count,
        (double) columns / count,
        (double) trigrams / count,
        (double) values / count,
        (double) blocks.stream().mapToLong(SealedBlock::chars).sum() / count);
  }

  @Setup(Level.Iteration)
  public void begin() {
    done = 0;
    startNanos = cpuNanos();
  }

  @TearDown(Level.Iteration)
  public void tell() {
    System.out.printf(
        "%,.0f records a second of CPU; ", done * 1e9 / Math.max(1, cpuNanos() - startNanos));
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private int next() {
    next = (next + 1) % blocks.size();
    done += rows.get(next).size();
    return next;
  }

  private BlockRecords opened() {
    return new BlockRecords(blocks.get(next()).block(), apps);
  }

  /** With its filters. */
  @Benchmark
  public SealedBlock encode() {
    return SealedBlock.of(rows.get(next()));
  }

  /** Without them. */
  @Benchmark
  public Block encodeColumns() {
    return Block.of(rows.get(next()));
  }

  /** All columns, and a row of each record. */
  @Benchmark
  public long decodeAll() {
    BlockRecords opened = opened();
    long chars = 0;
    for (int row = 0; row < opened.count(); row++) {
      chars += opened.row(row).message().length();
    }
    return chars;
  }

  @Benchmark
  public long decodeTimesAndNames() {
    BlockRecords opened = opened();
    return opened.ids().timestampMicros(opened.count() - 1) + opened.names().apps().get(0);
  }

  /** What is in no block, by the filter alone; PostgreSQL does the same in SQL. */
  @Benchmark
  public boolean rejectByTrigrams() {
    Buffer set = blocks.get(next()).trigrams();
    for (int bit : Trigrams.bits(SampleBody.RARE_WORD)) {
      if ((set.getByte(bit >>> 3) & 1 << (bit & 7)) == 0) {
        return true;
      }
    }
    return false;
  }

  /** With the decoding of what it takes, as all that follow. */
  @Benchmark
  public BitSet searchText() {
    return byText.matches(opened());
  }

  @Benchmark
  public BitSet searchRegex() {
    return byRegex.matches(opened());
  }

  @Benchmark
  public BitSet searchValue() {
    return byValue.matches(opened());
  }

  /** The messages of a block, decoded, to compare with. */
  @Benchmark
  public int decodeMessages() {
    return blocks.get(next()).block().texts(Column.MESSAGES).count();
  }
}
