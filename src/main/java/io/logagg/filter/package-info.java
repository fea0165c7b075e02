/**
 * Which records are meant: what the query parameters of lists, counts and deletes say, and the same
 * as SQL. Pure.
 */
@NullMarked
package io.logagg.filter;

import org.jspecify.annotations.NullMarked;
