package io.logagg.query;

import org.jspecify.annotations.Nullable;

/**
 * Which records an answer is of.
 *
 * @param isApproximate whether there may be more that match
 * @param records how many were looked at
 * @param sinceMicros what is older was not looked at; null if all was
 */
public record Scanned(boolean isApproximate, long records, @Nullable Long sinceMicros) {}
