/**
 * What is settled before any route is asked: what browsers are told and allowed. Nothing here knows
 * of logs.
 */
@NullMarked
package io.logagg.http.edge;

import org.jspecify.annotations.NullMarked;
