package io.logagg.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.compression.Snappy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The protocols that are measured. What is written here needs no escapes. */
final class WireFormats {
  static final List<WireFormat> ALL =
      List.of(
          WireFormat.http(
              "ndjson", "/api/v1/ingest", "application/x-ndjson", each(WireFormats::own)),
          WireFormat.http(
              "elasticsearch",
              // As Logstash and Filebeat ask for it.
              "/_bulk?filter_path=errors,items.*.error,items.*.status",
              "application/x-ndjson",
              each(WireFormats::elastic)),
          WireFormat.http(
              "loki-json", "/loki/api/v1/push", "application/json", WireFormats::lokiJson),
          WireFormat.http(
              "loki-protobuf", "/loki/api/v1/push", "application/x-protobuf", WireFormats::loki),
          WireFormat.http("otlp-json", "/v1/logs", "application/json", WireFormats::otlpJson),
          WireFormat.http("otlp-protobuf", "/v1/logs", "application/x-protobuf", WireFormats::otlp),
          WireFormat.http(
              "splunk", "/services/collector/event", "application/json", each(WireFormats::splunk)),
          WireFormat.http("datadog", "/api/v2/logs", "application/json", WireFormats::datadog),
          WireFormat.http(
              "seq", "/ingest/clef", "application/vnd.serilog.clef", each(WireFormats::clef)),
          WireFormat.socket("syslog-tcp", "LOGAGG_SYSLOG_TCP_PORT", each(WireFormats::syslog)),
          WireFormat.socket("gelf-tcp", "LOGAGG_GELF_TCP_PORT", each(WireFormats::gelf)));

  private WireFormats() {}

  private static WireFormat.Body each(BiConsumer<WireRecord, StringBuilder> writer) {
    return records -> {
      StringBuilder out = new StringBuilder(records.size() * 320);
      records.forEach(record -> writer.accept(record, out));
      return bytes(out);
    };
  }

  private static byte[] bytes(StringBuilder text) {
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static StringBuilder field(StringBuilder out, String name, String value) {
    return out.append('"').append(name).append("\":\"").append(value).append("\",");
  }

  private static StringBuilder ids(StringBuilder out, WireRecord record) {
    return out.append("\"trace_id\":\"")
        .append(record.traceId())
        .append("\",\"request_id\":\"")
        .append(record.requestId())
        .append('"');
  }

  private static void own(WireRecord record, StringBuilder out) {
    field(out.append('{'), "timestamp", record.time());
    field(out, "level", record.level());
    field(out, "app", record.app());
    field(out, "service", record.service());
    field(out, "message", record.message());
    ids(out.append("\"metadata_\":{"), record).append("}}\n");
  }

  private static void elastic(WireRecord record, StringBuilder out) {
    out.append("{\"create\":{\"_index\":\"").append(record.app()).append("\"}}\n");
    field(out.append('{'), "@timestamp", record.time());
    field(out, "log.level", record.level());
    field(out, "service.name", record.service());
    field(out, "message", record.message());
    ids(out, record).append("}\n");
  }

  private static void splunk(WireRecord record, StringBuilder out) {
    out.append("{\"time\":").append(record.micros() / 1_000_000).append('.');
    out.append(String.format("%06d", record.micros() % 1_000_000)).append(',');
    field(out, "index", record.app());
    field(out, "source", record.service());
    field(out, "event", record.message());
    ids(out.append("\"fields\":{\"level\":\"").append(record.level()).append("\","), record)
        .append("}}\n");
  }

  private static byte[] datadog(List<WireRecord> records) {
    StringBuilder out = new StringBuilder(records.size() * 320).append('[');
    for (WireRecord record : records) {
      out.append(out.length() == 1 ? "{" : ",{");
      field(out, "message", record.message());
      field(out, "status", record.level());
      field(out, "service", record.service());
      field(out, "ddtags", "app:" + record.app());
      ids(out.append("\"timestamp\":").append(record.micros() / 1000).append(','), record)
          .append('}');
    }
    return bytes(out.append(']'));
  }

  private static void clef(WireRecord record, StringBuilder out) {
    field(out.append('{'), "@t", record.time());
    field(out, "@l", record.level());
    field(out, "@m", record.message());
    field(out, "Application", record.app());
    field(out, "SourceContext", record.service());
    ids(out, record).append("}\n");
  }

  private static void syslog(WireRecord record, StringBuilder out) {
    String line =
        "<14>1 %s host %s %s - [ids trace_id=\"%s\" request_id=\"%s\"] %s"
            .formatted(
                record.time(),
                record.app(),
                record.service(),
                record.traceId(),
                record.requestId(),
                record.message());
    out.append(line.length()).append(' ').append(line);
  }

  private static void gelf(WireRecord record, StringBuilder out) {
    field(out.append('{'), "version", "1.1");
    field(out, "host", "host");
    field(out, "short_message", record.message());
    field(out, "_app", record.app());
    field(out, "_service", record.service());
    out.append("\"level\":6,\"timestamp\":").append(record.micros() / 1_000_000).append('.');
    out.append(String.format("%06d", record.micros() % 1_000_000));
    out.append(",\"_trace_id\":\"").append(record.traceId());
    out.append("\",\"_request_id\":\"").append(record.requestId()).append("\"}\0");
  }

  /** By what makes a stream: as agents do, those of one go together. */
  private static Map<String, List<WireRecord>> streams(List<WireRecord> records) {
    Map<String, List<WireRecord>> streams = new TreeMap<>();
    for (WireRecord record : records) {
      String key = record.app() + '|' + record.service() + '|' + record.level();
      streams.computeIfAbsent(key, name -> new ArrayList<>()).add(record);
    }
    return streams;
  }

  private static byte[] lokiJson(List<WireRecord> records) {
    StringBuilder out = new StringBuilder(records.size() * 256).append("{\"streams\":[");
    String comma = "";
    for (List<WireRecord> stream : streams(records).values()) {
      WireRecord first = stream.get(0);
      out.append(comma).append("{\"stream\":{");
      field(out, "app", first.app());
      field(out, "service_name", first.service());
      out.append("\"level\":\"").append(first.level()).append("\"},\"values\":[");
      comma = "";
      for (WireRecord record : stream) {
        out.append(comma).append("[\"").append(record.micros()).append("000\",\"");
        out.append(record.message()).append("\",{");
        ids(out, record).append("}]");
        comma = ",";
      }
      out.append("]}");
    }
    return bytes(out.append("]}"));
  }

  private static byte[] loki(List<WireRecord> records) {
    WireProto push = new WireProto();
    for (List<WireRecord> stream : streams(records).values()) {
      WireRecord first = stream.get(0);
      WireProto out = new WireProto();
      out.text(
          1,
          "{app=\"%s\", level=\"%s\", service_name=\"%s\"}"
              .formatted(first.app(), first.level(), first.service()));
      for (WireRecord record : stream) {
        WireProto time = new WireProto();
        time.varint(1, record.micros() / 1_000_000);
        time.varint(2, record.micros() % 1_000_000 * 1000);
        WireProto entry = new WireProto();
        entry.message(1, time);
        entry.text(2, record.message());
        entry.message(3, pair("trace_id", record.traceId()));
        entry.message(3, pair("request_id", record.requestId()));
        out.message(2, entry);
      }
      push.message(1, out);
    }
    ByteBuf packed = Unpooled.buffer();
    new Snappy().encode(Unpooled.wrappedBuffer(push.bytes()), packed, push.bytes().length);
    return ByteBufUtil.getBytes(packed);
  }

  private static WireProto pair(String name, String value) {
    WireProto pair = new WireProto();
    pair.text(1, name);
    pair.text(2, value);
    return pair;
  }

  private static byte[] otlpJson(List<WireRecord> records) {
    StringBuilder out = new StringBuilder(records.size() * 400).append("{\"resourceLogs\":[");
    String comma = "";
    for (List<WireRecord> stream : streams(records).values()) {
      WireRecord first = stream.get(0);
      out.append(comma).append("{\"resource\":{\"attributes\":[");
      attribute(out, "app", first.app()).append(',');
      attribute(out, "service.name", first.service());
      out.append("]},\"scopeLogs\":[{\"scope\":{\"name\":\"bench\"},\"logRecords\":[");
      comma = "";
      for (WireRecord record : stream) {
        out.append(comma).append("{\"timeUnixNano\":\"").append(record.micros()).append("000\",");
        field(out, "severityText", record.level());
        out.append("\"body\":{\"stringValue\":\"").append(record.message()).append("\"},");
        field(out, "traceId", record.traceId());
        attribute(out.append("\"attributes\":["), "request_id", record.requestId()).append("]}");
        comma = ",";
      }
      out.append("]}]}");
    }
    return bytes(out.append("]}"));
  }

  private static StringBuilder attribute(StringBuilder out, String name, String value) {
    return out.append("{\"key\":\"")
        .append(name)
        .append("\",\"value\":{\"stringValue\":\"")
        .append(value)
        .append("\"}}");
  }

  private static byte[] otlp(List<WireRecord> records) {
    WireProto request = new WireProto();
    for (List<WireRecord> stream : streams(records).values()) {
      WireRecord first = stream.get(0);
      WireProto resource = new WireProto();
      resource.message(1, attribute("app", first.app()));
      resource.message(1, attribute("service.name", first.service()));
      WireProto scope = new WireProto();
      scope.text(1, "bench");
      WireProto scoped = new WireProto();
      scoped.message(1, scope);
      for (WireRecord record : stream) {
        WireProto body = new WireProto();
        body.text(1, record.message());
        WireProto log = new WireProto();
        log.fixed64(1, record.micros() * 1000);
        log.text(3, record.level());
        log.message(5, body);
        log.message(6, attribute("request_id", record.requestId()));
        log.bytes(9, HexFormat.of().parseHex(record.traceId()));
        scoped.message(2, log);
      }
      WireProto logs = new WireProto();
      logs.message(1, resource);
      logs.message(2, scoped);
      request.message(1, logs);
    }
    return request.bytes();
  }

  private static WireProto attribute(String name, String text) {
    WireProto value = new WireProto();
    value.text(1, text);
    WireProto attribute = new WireProto();
    attribute.text(1, name);
    attribute.message(2, value);
    return attribute;
  }
}
