/**
 * The log lines of this process, stored as records like those of any other program. They take the
 * usual way within the process. Nothing in here logs, and what the usual way says about these
 * records is not stored: else storing a line could make another.
 */
@NullMarked
package io.logagg.ownlogs;

import org.jspecify.annotations.NullMarked;
