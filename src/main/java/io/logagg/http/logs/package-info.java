/**
 * Records that are stored: to be found, listed, exported, seen in their context, changed and
 * removed.
 */
@NullMarked
package io.logagg.http.logs;

import org.jspecify.annotations.NullMarked;
