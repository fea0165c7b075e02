/**
 * Bodies as they were before {@code Content-Encoding}, a little at a time, so that a bomb never
 * goes off whole.
 */
@NullMarked
package io.logagg.http.inflate;

import org.jspecify.annotations.NullMarked;
