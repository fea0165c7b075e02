/** Syslog: RFC 5424, RFC 3164 and what is sent under their names, framed as RFC 6587 has it. */
@NullMarked
package io.logagg.protocol.syslog;

import org.jspecify.annotations.NullMarked;
