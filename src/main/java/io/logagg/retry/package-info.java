/** Waiting before the next try, the same way everywhere. */
@NullMarked
package io.logagg.retry;

import org.jspecify.annotations.NullMarked;
