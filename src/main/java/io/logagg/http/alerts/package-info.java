/** Rules that watch the records, who is told of them, and what they would have said. */
@NullMarked
package io.logagg.http.alerts;

import org.jspecify.annotations.NullMarked;
