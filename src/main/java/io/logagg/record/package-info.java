/**
 * What a log record is: its shape, limits, level and time. Everything here is immutable and does no
 * I/O, so that every other package can rest on it.
 */
@NullMarked
package io.logagg.record;

import org.jspecify.annotations.NullMarked;
