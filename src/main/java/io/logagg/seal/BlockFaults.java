package io.logagg.seal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.logagg.block.Block;
import io.logagg.block.Column;
import io.logagg.block.CorruptBlockException;
import io.logagg.block.Texts;
import io.logagg.block.Trigrams;
import io.logagg.block.ValueFilter;
import io.logagg.filter.MetadataJson;
import io.logagg.record.RecordIds;
import io.logagg.seal.SealedBlock.BlockKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Finds what is wrong with one block: decodes all of it, and compares it with what stands beside
 * it. Its filters may say more than they must, as those of an older program could, but must not
 * deny what is there. Belongs to one thread, which is none of an event loop.
 */
public final class BlockFaults {
  private final SealedBlock stored;
  private final BlockRecords records;
  private final Set<Column> decoded = EnumSet.noneOf(Column.class);
  private final List<String> faults = new ArrayList<>();

  /**
   * What was found.
   *
   * @param faults for people, one line each; empty for a block that is as it must be
   * @param keys of its records, as far as they can be told
   */
  public record Found(List<String> faults, List<BlockKey> keys) {
    public Found {
      faults = List.copyOf(faults);
      keys = List.copyOf(keys);
    }
  }

  private BlockFaults(SealedBlock stored) {
    this.stored = stored;
    this.records = new BlockRecords(stored.block(), Map.of());
  }

  /**
   * Looks at a block.
   *
   * @param fromMicros where its partition begins, in microseconds since the Unix epoch
   * @param toMicros behind where it ends
   */
  public static Found in(SealedBlock stored, long fromMicros, long toMicros) {
    int rows = stored.block().rows();
    if (rows < 1 || rows > Block.MAX_ROWS) {
      return new Found(List.of("n is %d, not 1 to %d".formatted(rows, Block.MAX_ROWS)), List.of());
    }
    return new BlockFaults(stored).found(fromMicros, toMicros);
  }

  private Found found(long fromMicros, long toMicros) {
    for (Column column : Column.values()) {
      try {
        records.decode(column);
        decoded.add(column);
      } catch (CorruptBlockException e) {
        faults.add(column.name().toLowerCase(Locale.ROOT) + ": " + e.getMessage());
      }
    }
    List<BlockKey> keys = List.of();
    if (decoded.contains(Column.IDS)) {
      keys = IntStream.range(0, records.count()).mapToObj(records::key).toList();
      compareKeys(keys, fromMicros, toMicros);
    }
    if (decoded.contains(Column.NAMES)) {
      compare("apps", stored.apps(), records.names().apps().values());
      compare("levels", stored.levels(), records.names().levels().values());
    }
    compareTexts();
    return new Found(faults, keys);
  }

  private void compareKeys(List<BlockKey> keys, long fromMicros, long toMicros) {
    BlockKey first = keys.get(0);
    BlockKey last = keys.get(keys.size() - 1);
    if (!first.equals(stored.first())) {
      faults.add("since and first_seq are not those of its first record, " + id(first));
    }
    if (!last.equals(stored.last())) {
      faults.add("until and last_seq are not those of its last record, " + id(last));
    }
    for (int i = 1; i < keys.size(); i++) {
      if (keys.get(i - 1).compareTo(keys.get(i)) >= 0) {
        faults.add("record %s does not come behind the one before it".formatted(id(keys.get(i))));
        break;
      }
    }
    keys.stream()
        .filter(key -> key.timestampMicros() < fromMicros || key.timestampMicros() >= toMicros)
        .findFirst()
        .ifPresent(key -> faults.add("record %s is not of its partition".formatted(id(key))));
  }

  private static String id(BlockKey key) {
    return RecordIds.of(key.timestampMicros(), key.seq()).toString();
  }

  private <T> void compare(String name, List<T> said, List<T> had) {
    if (!new HashSet<>(said).equals(new HashSet<>(had))) {
      faults.add("%s are %s, its records have %s".formatted(name, said, had));
    }
  }

  private void compareTexts() {
    if (decoded.contains(Column.MESSAGES)) {
      compareTrigrams(records.texts(Column.MESSAGES));
    }
    if (decoded.contains(Column.METADATA)) {
      readMetadata(records.texts(Column.METADATA));
      compareValues(records.texts(Column.METADATA));
    }
    if (decoded.contains(Column.MESSAGES) && decoded.contains(Column.METADATA)) {
      long chars = chars(records.texts(Column.MESSAGES)) + chars(records.texts(Column.METADATA));
      if (chars != stored.chars()) {
        faults.add("chars is %d, its records have %d".formatted(stored.chars(), chars));
      }
    }
  }

  private static long chars(Texts texts) {
    return IntStream.range(0, texts.count()).mapToLong(i -> texts.get(i).length()).sum();
  }

  private void compareTrigrams(Texts messages) {
    byte[] said = stored.trigrams().getBytes();
    if (said.length != Trigrams.BITS / Byte.SIZE) {
      faults.add("trigrams: %d bytes".formatted(said.length));
      return;
    }
    Trigrams made = new Trigrams();
    for (int i = 0; i < messages.count(); i++) {
      made.add(messages.get(i));
    }
    byte[] had = made.bytes();
    int missing = 0;
    for (int i = 0; i < had.length; i++) {
      missing += Integer.bitCount(had[i] & ~said[i] & 0xFF);
    }
    if (missing > 0) {
      faults.add("trigrams: %d bits that its messages have are not set".formatted(missing));
    }
  }

  private void compareValues(Texts metadata) {
    byte[] said = stored.values().getBytes();
    if (!ValueFilter.isWhole(said)) {
      faults.add("vals: %d bytes".formatted(said.length));
      return;
    }
    MetadataValues values = new MetadataValues();
    for (int i = 0; i < metadata.count(); i++) {
      values.add(metadata.get(i));
    }
    int denied = values.deniedBy(said);
    if (denied > 0) {
      faults.add("vals: %d values that its metadata has are denied".formatted(denied));
    }
  }

  private void readMetadata(Texts metadata) {
    int bad = 0;
    int first = 0;
    for (int i = metadata.count() - 1; i >= 0; i--) {
      if (!isObject(metadata.get(i))) {
        bad++;
        first = i;
      }
    }
    if (bad > 0) {
      faults.add(
          "metadata: of %d records it is no JSON object, the first is number %d"
              .formatted(bad, first + 1));
    }
  }

  private static boolean isObject(String json) {
    try (JsonParser parser = MetadataJson.FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
    } catch (IOException e) {
      return false; // What the text is, is the answer here.
    }
  }
}
