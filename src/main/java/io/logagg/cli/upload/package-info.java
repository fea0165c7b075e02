/**
 * Bringing files in: cut into bodies by their content alone, each sent under a key made of that
 * content, and noted once acknowledged (docs/adr/0008-command-line.md).
 */
@NullMarked
package io.logagg.cli.upload;

import org.jspecify.annotations.NullMarked;
