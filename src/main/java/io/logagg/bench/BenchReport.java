package io.logagg.bench;

/**
 * What is written as JSON.
 *
 * @param results of the measurement's own form
 */
record BenchReport(Machine machine, Object results) {}
