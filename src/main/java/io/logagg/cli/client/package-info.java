/** How a command reaches its server over HTTP, and what it makes of refusals and silence. */
@NullMarked
package io.logagg.cli.client;

import org.jspecify.annotations.NullMarked;
