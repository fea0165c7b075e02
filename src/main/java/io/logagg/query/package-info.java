/** All SQL that reads: lists of records, counts, dead letters. */
@NullMarked
package io.logagg.query;

import org.jspecify.annotations.NullMarked;
