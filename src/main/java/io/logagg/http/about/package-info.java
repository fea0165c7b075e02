/** What the program says of itself: its documents, its health and its metrics. */
@NullMarked
package io.logagg.http.about;

import org.jspecify.annotations.NullMarked;
