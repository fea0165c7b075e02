/** Stored records as commands get them: page by page, or all in one stream. */
@NullMarked
package io.logagg.cli.read;

import org.jspecify.annotations.NullMarked;
