/**
 * Clients that are broken or mean it: random requests, slow ones, too large ones. Against the jar
 * as a process with a small heap. See docs/reliability.md.
 */
package io.logagg.hostile;
