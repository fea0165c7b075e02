package io.logagg.record;

import java.util.UUID;

/**
 * Stamps that follow from where a record stands, so that reading it again gives the same ones: for
 * stream entries that another program wrote, and for replays of a dead letter.
 */
public final class DerivedStamps implements Stamps {
  private final long receivedAtMicros;
  private final long base;
  private int ordinal;

  /**
   * @param origin names the place for ever, such as a stream and an entry's id
   */
  public DerivedStamps(String origin, long receivedAtMicros) {
    this.receivedAtMicros = receivedAtMicros;
    this.base = DedupeKeys.hash("origin", origin).getLeastSignificantBits();
  }

  @Override
  public long receivedAtMicros() {
    return receivedAtMicros;
  }

  @Override
  public UUID nextId(long timestampMicros) {
    return RecordIds.of(timestampMicros, base + ordinal++);
  }
}
