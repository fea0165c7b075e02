/**
 * The query language of the parameter {@code q}: text to {@link io.logagg.filter.Condition} and
 * back. {@code docs/query.md} is its description for people. Pure.
 */
@NullMarked
package io.logagg.filter.language;

import org.jspecify.annotations.NullMarked;
