/**
 * The ways in of our own: one ingest request, from its chunks to its answer, and records straight
 * into the table.
 */
@NullMarked
package io.logagg.http.ingest;

import org.jspecify.annotations.NullMarked;
