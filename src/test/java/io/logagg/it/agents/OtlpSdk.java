package io.logagg.it.agents;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;

/** OpenTelemetry's SDK for Java, which sends by OTLP over HTTP. */
public final class OtlpSdk {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private OtlpSdk() {}

  /** Five tries are the most that it has: here within a moment. */
  public static SdkLoggerProvider hasty(String url, String service, String compression) {
    return provider(
        url,
        service,
        compression,
        RetryPolicy.builder()
            .setInitialBackoff(Duration.ofMillis(10))
            .setMaxBackoff(Duration.ofMillis(50)));
  }

  /**
   * The same with longer and longer times between them: the last comes some eight seconds after the
   * one before.
   */
  static SdkLoggerProvider patient(String url, String service) {
    return provider(
        url,
        service,
        "gzip",
        RetryPolicy.builder()
            .setInitialBackoff(Duration.ofMillis(100))
            .setBackoffMultiplier(4.4)
            .setMaxBackoff(Duration.ofSeconds(20)));
  }

  private static SdkLoggerProvider provider(
      String url, String service, String compression, RetryPolicy.RetryPolicyBuilder retries) {
    OtlpHttpLogRecordExporter exporter =
        OtlpHttpLogRecordExporter.builder()
            .setEndpoint(url + "/v1/logs")
            .setCompression(compression)
            .setTimeout(LIMIT)
            .setRetryPolicy(retries.setMaxAttempts(5).setRetryExceptionPredicate(e -> true).build())
            .build();
    return SdkLoggerProvider.builder()
        .setResource(
            Resource.create(
                Attributes.of(
                    AttributeKey.stringKey("service.name"),
                    service,
                    AttributeKey.stringKey("host.name"),
                    "web-1")))
        .addLogRecordProcessor(
            BatchLogRecordProcessor.builder(exporter).setExporterTimeout(LIMIT).build())
        .build();
  }
}
