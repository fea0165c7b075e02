/**
 * Sealed blocks: up to 4096 records as columns, each compressed by itself, as docs/block-format.md
 * specifies. Bytes in, records out and back; where blocks are kept is not known here. Pure.
 */
@NullMarked
package io.logagg.block;

import org.jspecify.annotations.NullMarked;
