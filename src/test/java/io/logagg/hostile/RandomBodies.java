package io.logagg.hostile;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** Bodies that are almost what they should be. None names a producer's id, so none is merged. */
final class RandomBodies {
  /** Values as they stand in JSON; some are none. */
  private static final List<String> VALUES =
      List.of(
          "\"plain\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\u00ff\u00fe\u0000\"",
          "\"\\u202e\\ufeff\"",
          "\"'; DROP TABLE logs; --\"",
          "\"%s%n${jndi:ldap://a}\"",
          "\"\"",
          "null",
          "true",
          "[]",
          "{}",
          "[[[[[[[[[[1]]]]]]]]]]",
          "1e400",
          "-1e-400",
          "99999999999999999999999999999999999999999",
          "1E2147483648",
          "0.1e+1",
          "-0",
          "NaN",
          "1700000000",
          "\"2024-02-30T25:61:61Z\"",
          "\"2999-01-01T00:00:00Z\"",
          "\"0000-01-01T00:00:00Z\"",
          "\"1969-12-31T23:59:59.999999999-23:59\"",
          "9223372036854775807",
          "\"emerg\"",
          "{\"a\":{\"a\":1,\"a\":2},\"\":{\"\\u0000\":[null]}}");

  private static final List<String> FIELDS =
      List.of(
          "message",
          "level",
          "timestamp",
          "metadata_",
          "service",
          "app",
          "msg",
          "time",
          "ts",
          "severity",
          "log.level",
          "logger",
          "",
          "x",
          "\\u0000",
          "message");

  private final Random random;

  RandomBodies(Random random) {
    this.random = random;
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** A record, sound as often as not. */
  String record() {
    if (random.nextInt(2) == 0) {
      return "{\"message\":\"m%d\",\"level\":\"%s\"}"
          .formatted(random.nextInt(), oneOf(List.of("info", "WARN", "7", "odd")));
    }
    StringBuilder out = new StringBuilder("{\"message\":\"m\"");
    int fields = random.nextInt(6);
    for (int i = 0; i < fields; i++) {
      out.append(",\"").append(oneOf(FIELDS)).append("\":").append(value());
    }
    return out.append('}').toString();
  }

  /** As it stands in JSON, if it is any. */
  String value() {
    return switch (random.nextInt(40)) {
      case 0 -> "[".repeat(5000) + "]".repeat(5000);
      case 1 -> "{\"a\":".repeat(1000) + "1" + "}".repeat(1000);
      case 2 -> "\"" + "x".repeat(random.nextInt(100_000)) + "\"";
      case 3 -> "9".repeat(1 + random.nextInt(3000));
      default -> oneOf(VALUES);
    };
  }

  /** Records as lines, as an array, as one object, or no records at all. */
  byte[] body() {
    if (random.nextInt(12) == 0) {
      byte[] noise = new byte[random.nextInt(3000)];
      random.nextBytes(noise);
      return noise;
    }
    int records = random.nextInt(12) == 0 ? 1 + random.nextInt(1500) : 1 + random.nextInt(6);
    boolean array = random.nextBoolean();
    String separator = array ? "," : oneOf(List.of("\n", "\n", "\r\n", "\n\n", "\r"));
    StringBuilder out = new StringBuilder(random.nextInt(10) == 0 ? "\u00ef\u00bb\u00bf" : "");
    out.append(array ? "[" : "");
    for (int i = 0; i < records; i++) {
      out.append(i == 0 ? "" : separator).append(record());
    }
    out.append(array ? "]" : "");
    byte[] body = out.toString().getBytes(StandardCharsets.ISO_8859_1);
    return random.nextInt(3) == 0 ? mutated(body) : body;
  }

  /** With some bytes changed, put in, taken out, repeated, or cut off. */
  byte[] mutated(byte[] body) {
    byte[] out = body;
    for (int i = 1 + random.nextInt(4); i > 0 && out.length > 0; i--) {
      int at = random.nextInt(out.length);
      int to = at + random.nextInt(Math.min(100, out.length - at));
      out =
          switch (random.nextInt(5)) {
            case 0 -> joined(out, at, new byte[] {(byte) random.nextInt()}, at + 1);
            case 1 ->
                joined(out, at, new byte[] {oneOf(List.of((byte) 0, (byte) 13, (byte) -1))}, at);
            case 2 -> joined(out, at, new byte[0], to);
            case 3 -> joined(out, to, Arrays.copyOfRange(out, at, to), to);
            default -> random.nextInt(4) == 0 ? Arrays.copyOf(out, at) : out;
          };
    }
    return out;
  }

  private static byte[] joined(byte[] bytes, int end, byte[] between, int resume) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, end);
    out.writeBytes(between);
    out.write(bytes, resume, bytes.length - resume);
    return out.toByteArray();
  }

  /** Compressed as the content encoding says, as if there were no other one. */
  static byte[] compressed(String encoding, byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      switch (encoding) {
        case "gzip" -> write(new GZIPOutputStream(out), body);
        case "deflate" -> write(new DeflaterOutputStream(out), body);
        case "zstd" -> out.writeBytes(Zstd.compress(body));
        default -> out.writeBytes(body);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return out.toByteArray();
  }

  private static void write(OutputStream to, byte[] body) throws IOException {
    try (to) {
      to.write(body);
    }
  }
}
