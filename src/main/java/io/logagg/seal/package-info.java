/**
 * What those who seal records and those who read them share: how a block stands in its table, which
 * blocks may have what a filter means, and which records of a block do. See
 * docs/adr/0006-sealed-blocks.md.
 */
@NullMarked
package io.logagg.seal;

import org.jspecify.annotations.NullMarked;
