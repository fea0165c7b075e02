package io.logagg.query;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The patterns of the records that were looked at.
 *
 * @param patterns the largest first
 * @param scanned how many records were looked at
 * @param other how many of them are of patterns that are left out
 * @param approximate whether there are more that match
 * @param membersCut whether ids were left out
 */
public record LogPatternsFound(
    List<Pattern> patterns, long scanned, long other, boolean approximate, boolean membersCut) {

  public LogPatternsFound {
    patterns = List.copyOf(patterns);
  }

  /**
   * One of them.
   *
   * @param share of the records that were looked at
   * @param sampleId the newest record
   * @param firstSeenMicros in microseconds since the epoch
   * @param members the newest first; empty if they are not wanted
   */
  public record Pattern(
      String template,
      long count,
      double share,
      UUID sampleId,
      Map<String, Long> levels,
      long firstSeenMicros,
      long lastSeenMicros,
      List<UUID> members) {}
}
