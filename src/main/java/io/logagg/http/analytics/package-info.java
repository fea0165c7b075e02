/**
 * What stored records are when taken together: counts, series, tops, comparisons, patterns and
 * fields, and the queries that people save.
 */
@NullMarked
package io.logagg.http.analytics;

import org.jspecify.annotations.NullMarked;
