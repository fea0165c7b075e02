/** One ingest request, from its chunks to its answer. */
@NullMarked
package io.logagg.http.ingest;

import org.jspecify.annotations.NullMarked;
