package io.logagg.crash;

/** The ways in that producers use, one producer each. */
enum WayIn {
  NDJSON("/api/v1/ingest", true, false, false),
  ARRAY("/api/v1/ingest", true, false, false),
  GZIP("/api/v1/ingest", true, false, false),
  SINGLE("/api/v1/ingest", true, false, false),
  WAIT_STORED("/api/v1/ingest?wait=stored", false, false, false),
  INGEST_IDS("/api/v1/ingest", false, true, false),
  /** With an Idempotency-Key, and bad records among the good ones. */
  INGEST_KEY("/api/v1/ingest", true, false, true),
  LOGS("/api/v1/logs", false, false, false),
  LOGS_IDS("/api/v1/logs", false, true, false),
  BULK("/api/v1/bulk_logs", false, false, false),
  BULK_IDS("/api/v1/bulk_logs", false, true, false);

  final String path;
  final boolean withBad;
  final boolean withIds;
  final boolean withKey;

  WayIn(String path, boolean withBad, boolean withIds, boolean withKey) {
    this.path = path;
    this.withBad = withBad;
    this.withIds = withIds;
    this.withKey = withKey;
  }

  /** Whether a request may be sent again until it is acknowledged. */
  boolean repeats() {
    return withIds || withKey;
  }

  boolean isIngest() {
    return path.startsWith("/api/v1/ingest");
  }

  boolean isSingle() {
    return this == SINGLE || this == LOGS || this == LOGS_IDS;
  }

  boolean isJson() {
    return isSingle() || this == ARRAY || this == BULK;
  }
}
