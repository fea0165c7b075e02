/**
 * The configuration: read once at start, checked as a whole, then handed around as one immutable
 * {@link io.logagg.config.Config}.
 *
 * <p>It exists so that a mistake in a file or a variable is reported before anything starts, by its
 * name and all mistakes at once, and so that no other package ever looks into JSON or the
 * environment. {@link io.logagg.config.ConfigTable} lists the keys; everything else here is driven
 * by it.
 */
@NullMarked
package io.logagg.config;

import org.jspecify.annotations.NullMarked;
