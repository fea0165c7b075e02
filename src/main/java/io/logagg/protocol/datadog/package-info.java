/** Logs as Datadog's intake takes them. */
@NullMarked
package io.logagg.protocol.datadog;

import org.jspecify.annotations.NullMarked;
