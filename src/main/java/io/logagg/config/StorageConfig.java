package io.logagg.config;

import java.util.List;

/**
 * How records are stored.
 *
 * @param indexedFields fields of {@code metadata_} that have filters, see
 *     docs/adr/0003-field-filters.md
 * @param sealAfterHours how long a partition must have been quiet to be sealed, see
 *     docs/adr/0006-sealed-blocks.md; 0 for never
 */
public record StorageConfig(List<String> indexedFields, int sealAfterHours) {
  /** Each costs something with every record. */
  static final int INDEXED_FIELDS_MAX = 16;

  public StorageConfig {
    indexedFields = List.copyOf(indexedFields);
  }
}
