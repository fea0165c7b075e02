/** Elasticsearch's bulk requests, and documents as its agents write them. */
@NullMarked
package io.logagg.protocol.elastic;

import org.jspecify.annotations.NullMarked;
