package io.logagg.config;

import java.util.List;

/**
 * How records are stored.
 *
 * @param indexedFields fields of {@code metadata_} that have filters, see
 *     docs/adr/0003-field-filters.md
 */
public record StorageConfig(List<String> indexedFields) {
  /** Each costs something with every record. */
  static final int INDEXED_FIELDS_MAX = 16;

  public StorageConfig {
    indexedFields = List.copyOf(indexedFields);
  }
}
