package io.logagg.stream;

import java.util.ArrayDeque;

/**
 * How many records the entries on the stream hold, whoever put them there. What came between two
 * looks is remembered as one layer; entries leave about in the order in which they came. Not
 * thread-safe.
 */
final class WaitingRecords {
  private static final int MAX_LAYERS = 1000;

  private final ArrayDeque<Layer> layers = new ArrayDeque<>();
  private long added;
  private String lastId = StreamGrowth.START;

  private record Layer(long entries, double records) {}

  /** Where the next look at the stream begins. */
  String lastId() {
    return lastId;
  }

  /** Learns from a look at the stream; answers about how many records wait. */
  long look(StreamDepth depth) {
    StreamGrowth growth = depth.growth();
    boolean isAnotherStream = growth.added() >= 0 && growth.added() < added;
    if (depth.entries() == 0 || isAnotherStream) {
      layers.clear();
      lastId = isAnotherStream ? StreamGrowth.START : growth.lastId();
      added = Math.max(0, growth.added());
      if (depth.entries() == 0) {
        return 0;
      }
    } else {
      lastId = growth.lastId();
    }
    add(depth.entries(), growth);
    removeBeyond(depth.entries());
    return Math.round(layers.stream().mapToDouble(Layer::records).sum());
  }

  private void add(long entries, StreamGrowth growth) {
    // Redis before 7.0 does not tell how many were added; then it is what was read.
    long more = growth.added() < 0 ? growth.read() : growth.added() - added;
    long fresh = Math.min(layers.isEmpty() ? entries : more, entries);
    added = Math.max(0, growth.added());
    if (fresh <= 0) {
      return;
    }
    long read = Math.min(growth.read(), fresh);
    double readRecords =
        growth.read() == 0 ? 0 : (double) growth.readRecords() * read / growth.read();
    double perEntry = growth.newest() == 0 ? 1 : (double) growth.newestRecords() / growth.newest();
    layers.add(new Layer(fresh, readRecords + (fresh - read) * perEntry));
    if (layers.size() > MAX_LAYERS) {
      Layer oldest = layers.remove();
      Layer next = layers.remove();
      layers.addFirst(
          new Layer(oldest.entries() + next.entries(), oldest.records() + next.records()));
    }
  }

  /** The oldest have been stored. */
  private void removeBeyond(long entries) {
    long gone = layers.stream().mapToLong(Layer::entries).sum() - entries;
    while (gone > 0) {
      Layer oldest = layers.remove();
      long left = oldest.entries() - Math.min(gone, oldest.entries());
      gone -= oldest.entries() - left;
      if (left > 0) {
        layers.addFirst(new Layer(left, oldest.records() * left / oldest.entries()));
      }
    }
  }
}
