/**
 * The durable queue over Redis Streams: what is appended here survives a crash of logagg, and is
 * handed on until the other side has committed it. Everything that talks to Redis lives here.
 */
@NullMarked
package io.logagg.stream;

import org.jspecify.annotations.NullMarked;
