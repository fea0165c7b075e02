/** Seq's Compact Log Event Format. */
@NullMarked
package io.logagg.protocol.clef;

import org.jspecify.annotations.NullMarked;
