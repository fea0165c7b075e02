/**
 * The program: its command line, and the one place that puts the parts together. Imported by
 * nobody.
 */
@NullMarked
package io.logagg;

import org.jspecify.annotations.NullMarked;
