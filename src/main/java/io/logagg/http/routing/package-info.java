/**
 * How a route is mounted and who gets to it: keys and what they may do, refusals, audit lines, and
 * bodies that nobody reads. Knows no route.
 */
@NullMarked
package io.logagg.http.routing;

import org.jspecify.annotations.NullMarked;
