/** The command {@code check}: whether what is sealed can be read, and is what it says it is. */
@NullMarked
package io.logagg.check;

import org.jspecify.annotations.NullMarked;
