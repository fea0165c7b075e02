package io.logagg.config;

import static io.logagg.config.ConfigKey.flag;
import static io.logagg.config.ConfigKey.list;
import static io.logagg.config.ConfigKey.number;
import static io.logagg.config.ConfigKey.optional;
import static io.logagg.config.ConfigKey.ratio;
import static io.logagg.config.ConfigKey.text;
import static io.logagg.config.TextShape.CONSTANT;
import static io.logagg.config.TextShape.FIELD;
import static io.logagg.config.TextShape.HOST;
import static io.logagg.config.TextShape.HTTP_URL;
import static io.logagg.config.TextShape.LOG_LEVEL;
import static io.logagg.config.TextShape.NAME;
import static io.logagg.config.TextShape.ORIGIN;
import static io.logagg.config.TextShape.PATH;
import static io.logagg.config.TextShape.PATTERN;
import static io.logagg.config.TextShape.POSTGRES_URL;
import static io.logagg.config.TextShape.REDACTION;
import static io.logagg.config.TextShape.REDIS_URL;
import static io.logagg.config.TextShape.SECRET;
import static io.logagg.config.TextShape.ZONE;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All keys. Parsing, checks, names of environment variables and the README follow from this table:
 * a new key is a line here and a component of the same name in its section's record.
 */
public final class ConfigTable {
  private static final long MIB = 1L << 20;
  private static final long TIB = 1L << 40;
  private static final long HOUR_MS = 3_600_000;
  private static final long DAY_MS = 24 * HOUR_MS;
  private static final long BILLION = 1_000_000_000;

  private static final List<ConfigKey> GENERAL =
      List.of(
          text(
              "http.host",
              "127.0.0.1",
              HOST,
              "Name or address to listen on. Beyond loopback it needs `auth.enabled` or `auth.allowAnonymousNetwork`"),
          number("http.port", 8000, 0, 65535, "TCP port; 0 takes any free one"),
          number("http.instances", 2, 0, 256, "HTTP verticles; 0: this process serves no API"),
          number("http.maxBodyBytes", 1024 * MIB, 1024, TIB, "Largest request body, inflated"),
          number(
              "http.maxAgentBodyBytes",
              32 * MIB,
              1024,
              1024 * MIB,
              "Largest request body, inflated, of protocols whose bodies have to be held as a whole (Loki, OTLP, Splunk HEC, Datadog, Seq), and at most an eighth of the heap over `http.instances`"),
          number(
              "http.maxRecordBytes",
              MIB,
              1024,
              64 * MIB,
              "Largest single record; at most `http.maxBodyBytes`"),
          number(
              "http.pauseTimeoutMs",
              30_000,
              0,
              3_600_000,
              "How long a request that was let in may wait while the stream is full, until it is told how far it came; half of `http.idleTimeoutMs` at most"),
          number(
              "http.maxLargeReplies",
              32,
              1,
              10_000,
              "Streams and pages beyond 64 KiB that are read at once, each with about 2 MiB of memory; more get 503"),
          number(
              "http.maxTails",
              100,
              1,
              10_000,
              "Clients of this process that follow `GET /api/v1/logs/tail` at once, each with up to 1 MiB that is not read yet; more get 503"),
          number(
              "http.maxConnections",
              10_000,
              1,
              1_000_000,
              "Open connections of this process; one more is closed at once. Less where the limit on open files leaves no room for so many: the log says so"),
          number(
              "http.idleTimeoutMs",
              75_000,
              1000,
              HOUR_MS,
              "Longest time in which a connection brings no whole request head, counted from its start or its last answer"),
          number(
              "http.minBytesPerSecond",
              100,
              0,
              1_000_000,
              "Slowest body or answer, as an average over `http.idleTimeoutMs`; 0: any"),
          list("http.corsOrigins", ORIGIN, "Origins whose pages may call the API; `*` for any")
              .alsoFrom("CORS_ORIGINS"),
          list(
              "http.allowedHosts",
              HOST,
              "Names of this server in URLs, as `Host` says them, beside `http.host` and those of loopback. Other names are refused with 421 where this is not empty, and on loopback without `auth.enabled`"),
          optional(
              "http.tls.certPath",
              PATH,
              "PEM file with the certificate chain; with `http.tls.keyPath` it makes the server speak HTTPS"),
          optional("http.tls.keyPath", PATH, "PEM file with the private key"),
          optional(
                  "postgres.url",
                  POSTGRES_URL,
                  "`postgresql://user:password@host:5432/db?sslmode=prefer`; none: an embedded PostgreSQL")
              .alsoFrom("DATABASE_URL"),
          number(
              "postgres.poolSize", 4, 1, 1000, "Connections for queries; writers have their own"),
          number("postgres.queryTimeoutMs", 30_000, 100, HOUR_MS, "Limit of one reading statement"),
          number("postgres.writeTimeoutMs", 30_000, 100, HOUR_MS, "Limit of one writing statement"),
          optional(
                  "redis.url",
                  REDIS_URL,
                  "`redis://user:password@host:6379/0`, `rediss://` with TLS; none: an embedded Redis")
              .alsoFrom("REDIS_URL"),
          number("redis.commandTimeoutMs", 2_000, 50, HOUR_MS, "Limit of one command"),
          text("stream.key", "logs:stream", NAME, "Redis key of the stream")
              .alsoFrom("INGEST_STREAM"),
          text("stream.group", "ingest-group", NAME, "Consumer group of the workers")
              .alsoFrom("INGEST_GROUP"),
          text("stream.dlqKey", "logs:dlq", NAME, "Redis key of the mirror of the dead letters")
              .alsoFrom("INGEST_DLQ"),
          number("stream.shards", 1, 1, 256, "Streams the records are spread over"),
          number(
              "stream.maxRecordsPerEntry",
              500,
              1,
              10_000,
              "Records packed into one stream entry; with 1, entries are plain JSON"),
          number(
              "stream.maxPendingRecords",
              5_000_000,
              1,
              100 * BILLION,
              "Records that may wait in the stream before ingest answers 429"),
          number(
              "consumer.instances",
              2,
              0,
              256,
              "Verticles that read the stream; 0: not in this process"),
          number(
              "consumer.batchRecords", 1000, 1, 100_000, "Records gathered into one batch, about"),
          number("consumer.blockMs", 200, 1, 60_000, "Longest wait of one read for new entries"),
          number(
              "consumer.claimIdleMs",
              30_000,
              100,
              DAY_MS,
              "Time after which a lost worker's entries are taken over"),
          number(
              "consumer.maxDeliveries",
              5,
              1,
              1000,
              "Deliveries after which the records of an entry are tried one by one"),
          number(
              "persistence.instances",
              2,
              0,
              256,
              "Verticles that write to PostgreSQL; 0: not in this process"),
          number("persistence.pipelining", 4, 1, 256, "Batches in flight at a time per verticle"),
          number(
              "dlq.maxRecords",
              1_000_000,
              1,
              BILLION,
              "Dead letters kept in PostgreSQL, the oldest go first"),
          number(
              "dlq.maxBytes",
              1024 * MIB,
              MIB,
              1024 * TIB,
              "Bytes of their payloads kept in PostgreSQL, the oldest go first; at least `http.maxRecordBytes`"),
          number(
              "dlq.mirrorRecords", 10_000, 1, 10_000_000, "Dead letters kept in the Redis mirror"),
          number(
              "dedupe.repeatWindowMs",
              600_000,
              0,
              86_400_000,
              "How long the exact repeat of a whole body is recognised, by protocols without ids of their own (Loki, OTLP, Splunk HEC, Datadog, Seq): nothing of it is stored twice; 0: never"),
          list(
              "fields.message",
              FIELD,
              "Names under which records without `message` have it, looked for in this order and before the usual ones; `a.b` for one further in. As all of `fields` and `redaction`, see [docs/fields.md](docs/fields.md)"),
          list("fields.timestamp", FIELD, "The same for `timestamp`"),
          list("fields.level", FIELD, "The same for `level`"),
          list("fields.app", FIELD, "The same for `app`, before what the request says"),
          list("fields.service", FIELD, "The same for `service`, before what the request says"),
          list(
              "fields.add",
              CONSTANT,
              "Constants for `metadata_` of records that do not have such a field; `app`, `service` and `level` for those that get none from elsewhere"),
          list("fields.drop", FIELD, "Fields that are left out of `metadata_`"),
          list(
              "redaction.builtin",
              REDACTION,
              "Secrets that are replaced in messages and in strings of `metadata_` before anything is kept"),
          list(
              "redaction.patterns",
              PATTERN,
              "Own rules, at most 32. In the environment without commas"),
          list(
              "redaction.fields",
              FIELD,
              "Fields of `metadata_`, at any depth, whose values are replaced whole"),
          list(
                  "storage.indexedFields",
                  FIELD,
                  "Fields of `metadata_` with many values that are found fast, at most 16; `a.b` for one further in. Those that any process names hold for all")
              .byDefault(List.of("trace_id", "request_id")),
          number(
              "storage.sealAfterHours",
              24,
              0,
              87_600,
              "How many hours after its end, and after the last record stored in it, a partition is sealed: rewritten as blocks; 0: never"),
          number(
              "retention.maxAgeDays",
              0,
              0,
              36_500,
              "Age beyond which records are removed, and not taken; 0: none. An app's `retention_days` overrides what is removed"),
          number(
              "retention.maxFutureDays",
              2,
              0,
              36_500,
              "How far a record's timestamp may lie in the future"),
          number(
              "retention.maxBytes",
              0,
              0,
              1024 * TIB,
              "Bytes on disk of all records with their indexes, beyond which the oldest partitions are dropped; 0: no bound"),
          flag("auth.enabled", false, "Whether calls need an API key"),
          optional("auth.adminKey", SECRET, "A key with every scope, to make the others with"),
          flag("auth.allowAnonymousNetwork", false, "Serve other machines without keys"),
          text(
              "syslog.host",
              "127.0.0.1",
              HOST,
              "Name or address to listen on for syslog, which knows no keys. Beyond loopback it needs `auth.allowAnonymousNetwork`"),
          number("syslog.tcpPort", 0, 0, 65535, "TCP port for syslog; 0: none"),
          number("syslog.udpPort", 0, 0, 65535, "UDP port for syslog; 0: none"),
          number(
              "syslog.tlsPort",
              0,
              0,
              65535,
              "TCP port for syslog over TLS, with the certificate of `http.tls`; 0: none"),
          text("syslog.app", "syslog", NAME, "App of messages that name none"),
          optional(
              "syslog.timeZone",
              ZONE,
              "Zone of times that name none, such as `Europe/Berlin`; none: this machine's"),
          flag(
              "syslog.multiline",
              true,
              "Whether the lines of a stack trace become one record, which holds each line for 200 ms"),
          number(
              "syslog.maxConnections",
              1000,
              1,
              1_000_000,
              "Open connections for syslog; one more is closed at once"),
          text(
              "gelf.host",
              "127.0.0.1",
              HOST,
              "Name or address to listen on for GELF, which knows no keys. Beyond loopback it needs `auth.allowAnonymousNetwork`"),
          number("gelf.tcpPort", 0, 0, 65535, "TCP port for GELF; 0: none"),
          number("gelf.udpPort", 0, 0, 65535, "UDP port for GELF; 0: none"),
          number(
              "gelf.maxConnections",
              1000,
              1,
              1_000_000,
              "Open connections for GELF; one more is closed at once"),
          text(
              "metrics.host",
              "127.0.0.1",
              HOST,
              "Name or address of `metrics.port`, which asks for no key. Beyond loopback it needs `auth.allowAnonymousNetwork`"),
          number(
              "metrics.port",
              0,
              0,
              65535,
              "TCP port for `/metrics` and `/health` alone, for processes without HTTP; 0: none"),
          text(
              "embedded.dataDir",
              "./logagg-data",
              PATH,
              "Folder of the embedded PostgreSQL and Redis"),
          number(
              "embedded.postgresPort",
              0,
              0,
              65535,
              "TCP port of the embedded PostgreSQL; 0 takes any free one"),
          number(
              "embedded.redisPort",
              0,
              0,
              65535,
              "TCP port of the embedded Redis; 0 takes any free one"),
          number(
              "embedded.minFreeBytes",
              512 * MIB,
              0,
              1024 * TIB,
              "Free disk space below which ingest answers 503; 0: no check"),
          number(
              "shutdown.timeoutMs",
              20_000,
              100,
              HOUR_MS,
              "Longest time for finishing what is in flight"),
          optional(
              "telemetry.otlpEndpoint",
              HTTP_URL,
              "Receiver of traces of logagg itself (OTLP over HTTP) such as `http://localhost:4318`; none: no traces"),
          ratio(
              "telemetry.traceSampleRatio",
              0.01,
              "Share of the traces begun here that are kept; a request's `traceparent` says it for its own"),
          optional(
              "telemetry.ownLogsApp",
              NAME,
              "App under which logagg's own log lines are stored; none: they are not"),
          text("telemetry.ownLogsLevel", "INFO", LOG_LEVEL, "Lowest level of these lines"));

  static final List<ConfigKey> KEYS =
      Stream.concat(GENERAL.stream(), AlertKeys.KEYS.stream()).toList();

  private static final Map<String, ConfigKey> BY_PATH = new LinkedHashMap<>();
  private static final Set<String> SECTIONS = new LinkedHashSet<>();

  static {
    for (ConfigKey key : KEYS) {
      BY_PATH.put(key.path(), key);
      for (int dot = key.path().indexOf('.'); dot >= 0; dot = key.path().indexOf('.', dot + 1)) {
        SECTIONS.add(key.path().substring(0, dot));
      }
    }
  }

  private ConfigTable() {}

  static Set<String> paths() {
    return BY_PATH.keySet();
  }

  /** Paths that stand for an object with keys in it. */
  static Set<String> sections() {
    return SECTIONS;
  }

  static @Nullable ConfigKey find(String path) {
    return BY_PATH.get(path);
  }

  static Map<String, @Nullable Object> defaultValues() {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    KEYS.forEach(key -> values.put(key.path(), key.defaultValue()));
    return values;
  }

  /** The default as it would stand in the file. */
  static String defaultText(ConfigKey key) {
    Object value = key.defaultValue();
    return Json.encode(value instanceof List<?> list ? new JsonArray(list) : value);
  }
}
