/** What commands print: records fitted to a terminal, safe texts, progress. Knows no server. */
@NullMarked
package io.logagg.cli.screen;

import org.jspecify.annotations.NullMarked;
