/** Following what is stored, over broken connections and restarts of the server. */
@NullMarked
package io.logagg.cli.follow;

import org.jspecify.annotations.NullMarked;
