/**
 * Finds secrets in texts, so that they are gone before anything is kept. Pure: no sockets, no
 * threads, no clock. Every rule takes a time that is linear to the text.
 */
@NullMarked
package io.logagg.protocol.redact;

import org.jspecify.annotations.NullMarked;
