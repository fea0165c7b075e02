package io.logagg.config;

/**
 * The role that writes to PostgreSQL.
 *
 * @param instances number of persistence verticles, 0 for none in this process
 * @param pipelining batches in flight at a time per verticle
 */
public record PersistenceConfig(int instances, int pipelining) {}
