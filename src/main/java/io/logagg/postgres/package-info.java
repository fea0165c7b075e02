/**
 * The way to PostgreSQL: connections with time limits, the schema's migrations, and what an error
 * means. No logs yet.
 */
@NullMarked
package io.logagg.postgres;

import org.jspecify.annotations.NullMarked;
