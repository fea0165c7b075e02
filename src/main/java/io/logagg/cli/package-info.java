/**
 * The commands of those who use a running server: thin, each with its options and what it makes of
 * them; the work is done in the packages below.
 */
@NullMarked
package io.logagg.cli;

import org.jspecify.annotations.NullMarked;
