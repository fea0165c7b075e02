/**
 * The command {@code keys}: API keys made, listed and revoked beside the server, on its database.
 * So the first key needs no other.
 */
@NullMarked
package io.logagg.keys;

import org.jspecify.annotations.NullMarked;
