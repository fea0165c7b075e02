/**
 * Logs of OpenTelemetry, as <a href="https://opentelemetry.io/docs/specs/otlp/">OTLP</a> carries
 * them over HTTP, in protobuf and in JSON: walked through where they stand, without a tree.
 */
@NullMarked
package io.logagg.protocol.otlp;

import org.jspecify.annotations.NullMarked;
