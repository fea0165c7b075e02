/** What is made of the commands themselves: their document, and completion for shells. */
@NullMarked
package io.logagg.cli.reference;

import org.jspecify.annotations.NullMarked;
