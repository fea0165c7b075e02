/**
 * Measures the whole way of a record, socket to committed row, and the way back to readers, from
 * outside: {@code java -jar logagg-fat.jar bench}. A program of its own that happens to live in the
 * same jar; it uses nothing of the others but the embedded servers and, to measure it by itself,
 * the search for patterns.
 */
@NullMarked
package io.logagg.bench;

import org.jspecify.annotations.NullMarked;
