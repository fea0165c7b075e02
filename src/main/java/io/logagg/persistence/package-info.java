/**
 * All SQL that writes: records in batches, apps, partitions, rollups, dead letters, and the upkeep
 * of what is stored. The tables and the reasons for their shape are in docs/adr/0001-data-model.md.
 */
@NullMarked
package io.logagg.persistence;

import org.jspecify.annotations.NullMarked;
