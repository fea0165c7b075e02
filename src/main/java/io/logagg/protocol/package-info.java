/**
 * From bytes to records. What all protocols share stands here, each protocol's own in a package
 * below; those never import one another. Pure: no sockets, no threads, no clock.
 */
@NullMarked
package io.logagg.protocol;

import org.jspecify.annotations.NullMarked;
