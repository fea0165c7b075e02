package io.logagg.protocol.otlp;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.stream.IntStream;

/** Bodies as the SDKs and the Collector send them. */
public final class OtlpBodies {
  private static final long BASE_NANOS = 1_764_331_200_000_000_000L;

  private OtlpBodies() {}

  public static AnyValue text(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  public static KeyValue pair(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  /** So many records of a service, a millisecond apart, with the messages m0, m1 and so on. */
  public static byte[] records(String service, int count) {
    return records(service, count, BASE_NANOS);
  }

  /** The same without times. */
  public static byte[] untimed(String service, int count) {
    return records(service, count, 0);
  }

  private static byte[] records(String service, int count, long baseNanos) {
    long step = baseNanos == 0 ? 0 : 1_000_000;
    ScopeLogs.Builder scope = ScopeLogs.newBuilder();
    IntStream.range(0, count)
        .forEach(
            i ->
                scope.addLogRecords(
                    LogRecord.newBuilder()
                        .setTimeUnixNano(baseNanos + i * step)
                        .setObservedTimeUnixNano(baseNanos + i * step)
                        .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_INFO)
                        .setSeverityText("INFO")
                        .setBody(text("m" + i))
                        .addAttributes(pair("http.route", text("/orders/{id}")))
                        .addAttributes(pair("user.id", text("user-" + i % 100)))));
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder()
                .setResource(
                    Resource.newBuilder()
                        .addAttributes(pair("service.name", text(service)))
                        .addAttributes(pair("host.name", text("web-1"))))
                .addScopeLogs(scope))
        .build()
        .toByteArray();
  }
}
