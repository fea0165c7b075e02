/**
 * The ways in that are no HTTP: syslog and GELF over TCP, TLS and UDP. Nobody answers there, so
 * what was read is kept until it is safe, and a socket that is not read is what holds senders back.
 */
@NullMarked
package io.logagg.listen;

import org.jspecify.annotations.NullMarked;
