/**
 * Traces of this process for a receiver of OTLP: spans of what Vert.x does, made from what its
 * tracing interface tells. Nothing of it is there unless it is configured.
 */
@NullMarked
package io.logagg.telemetry.trace;

import org.jspecify.annotations.NullMarked;
