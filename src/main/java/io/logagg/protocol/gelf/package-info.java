/** Graylog's Extended Log Format: its messages, and their datagrams. */
@NullMarked
package io.logagg.protocol.gelf;

import org.jspecify.annotations.NullMarked;
