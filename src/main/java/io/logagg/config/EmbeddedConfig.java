package io.logagg.config;

/**
 * The PostgreSQL and the Redis that the process brings along where no URL is configured.
 *
 * @param dataDir folder of their data, kept across restarts
 * @param postgresPort TCP port on loopback, 0 for any free one
 * @param redisPort TCP port on loopback, 0 for any free one
 * @param minFreeBytes free disk space below which ingest answers 503, 0 for no check
 */
public record EmbeddedConfig(String dataDir, int postgresPort, int redisPort, long minFreeBytes) {}
