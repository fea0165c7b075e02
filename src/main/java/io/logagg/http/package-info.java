/**
 * The HTTP API: one class per group of routes, and what they share. What a request means is decided
 * here, how it is done elsewhere.
 */
@NullMarked
package io.logagg.http;

import org.jspecify.annotations.NullMarked;
