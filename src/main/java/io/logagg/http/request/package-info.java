/**
 * What is read from a request and checked, for all routes: parameters, filters and bodies that are
 * held whole. Knows no route.
 */
@NullMarked
package io.logagg.http.request;

import org.jspecify.annotations.NullMarked;
