/**
 * The crash matrix: producers at load, faults at random from a seed, and afterwards the count of
 * what was acknowledged against what is stored. Its design is in docs/reliability.md.
 */
package io.logagg.crash;
