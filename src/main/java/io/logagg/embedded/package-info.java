/**
 * The PostgreSQL and the Redis that the jar brings along, so that logagg runs with nothing
 * installed and nothing configured.
 *
 * <p>They are real servers with durable settings, run as child processes on loopback ports, with
 * their data in one folder. {@link io.logagg.embedded.EmbeddedServers} is the way in. Everything
 * here blocks: call it from a worker or the main thread, never from an event loop. The package
 * knows nothing of log records, and nothing else knows how the servers are run.
 */
@NullMarked
package io.logagg.embedded;

import org.jspecify.annotations.NullMarked;
