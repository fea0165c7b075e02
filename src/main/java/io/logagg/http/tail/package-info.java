/** Records as they come in, sent on to those who follow. */
@NullMarked
package io.logagg.http.tail;

import org.jspecify.annotations.NullMarked;
