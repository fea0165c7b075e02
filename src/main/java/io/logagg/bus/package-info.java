/**
 * How the roles talk: typed addresses on the local event bus. Messages are immutable and handed
 * over as they are, without copying; every request is answered, failures included.
 */
@NullMarked
package io.logagg.bus;

import org.jspecify.annotations.NullMarked;
