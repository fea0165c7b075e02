package io.logagg.config;

/**
 * Everything that can be configured, one component per section of the file. Immutable; may be
 * printed, since no secret shows in its text form.
 */
public record Config(
    HttpConfig http,
    PostgresConfig postgres,
    RedisConfig redis,
    StreamConfig stream,
    ConsumerConfig consumer,
    PersistenceConfig persistence,
    DlqConfig dlq,
    DedupeConfig dedupe,
    FieldsConfig fields,
    RedactionConfig redaction,
    StorageConfig storage,
    RetentionConfig retention,
    AuthConfig auth,
    SyslogConfig syslog,
    GelfConfig gelf,
    MetricsConfig metrics,
    EmbeddedConfig embedded,
    ShutdownConfig shutdown,
    TelemetryConfig telemetry,
    AlertsConfig alerts) {

  /** What holds without a file and without environment variables. */
  public static Config defaults() {
    return ConfigBinder.bind(ConfigTable.defaultValues());
  }
}
