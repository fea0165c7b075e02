/**
 * The ways in for agents that speak another protocol: one small class of routes for each, over the
 * one path of {@code http.ingest}. What their records are made of is in packages below {@code
 * protocol}.
 */
@NullMarked
package io.logagg.http.agents;

import org.jspecify.annotations.NullMarked;
