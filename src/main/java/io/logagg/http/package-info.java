/**
 * The HTTP role, put together: the verticle, all groups of routes with what each needs, and what
 * watches its connections and measures its requests. What a route means is in the packages below.
 */
@NullMarked
package io.logagg.http;

import org.jspecify.annotations.NullMarked;
