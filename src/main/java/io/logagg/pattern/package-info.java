/**
 * Finds the templates of messages: what varies from one message to the next is masked, and messages
 * that are alike then are put together. Pure: no I/O, nothing of the rest of the program.
 */
@NullMarked
package io.logagg.pattern;

import org.jspecify.annotations.NullMarked;
