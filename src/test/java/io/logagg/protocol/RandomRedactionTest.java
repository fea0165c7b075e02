package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.logagg.protocol.redact.Redaction;
import io.logagg.record.Defaults;
import io.logagg.record.DerivedStamps;
import io.logagg.record.LogRecord;
import io.logagg.record.TimeWindow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the record: the result is JSON, no secret is left, and nothing else has changed. */
final class RandomRedactionTest {
  private static final int RUNS = 20_000;
  private static final String[] SECRETS = {
    "ann@example.com", "ann\\u0040example.com", "https:\\/\\/u:hunter2@h", "4111 1111 1111 1111",
  };

  private static Decoded decode(RecordRules rules, String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new JsonRecordDecoder(new TimeWindow(0, 2), rules)
        .decode(
            bytes,
            0,
            bytes.length,
            Defaults.NONE,
            new DerivedStamps("test", Decoding.RECEIVED),
            null);
  }

  /** The tree with its strings redacted one by one. */
  private static String expected(Redaction redaction, JsonNode node) {
    if (node.isTextual()) {
      return RawJson.quoted(redaction.text(node.textValue()));
    }
    if (!node.isContainerNode()) {
      return node.toString();
    }
    StringBuilder out = new StringBuilder();
    if (node.isArray()) {
      node.forEach(item -> out.append(out.isEmpty() ? "" : ",").append(expected(redaction, item)));
      return "[" + out + "]";
    }
    node.properties()
        .forEach(
            field ->
                out.append(out.isEmpty() ? "" : ",")
                    .append(RawJson.quoted(field.getKey()))
                    .append(':')
                    .append(expected(redaction, field.getValue())));
    return "{" + out + "}";
  }

  @Test
  void shouldChangeSecretsOnly() {
    Redaction redaction = RecordRulesTest.redaction();
    RecordRules rules =
        new RecordRules(FieldNames.NONE, Defaults.NONE, Map.of(), List.of(), redaction);
    int changed = 0;
    for (long seed = 0; seed < RUNS; seed++) {
      Random random = new Random(seed);
      String json = new RandomJson(random).record();
      for (int i = random.nextInt(4); i > 0; i--) {
        int quote = json.indexOf('"', random.nextInt(json.length()));
        String secret = " " + SECRETS[random.nextInt(SECRETS.length)] + " ";
        json = quote < 0 ? json : json.substring(0, quote + 1) + secret + json.substring(quote + 1);
      }
      String seen = "seed=" + seed + " " + json;
      if (decode(RecordRules.NONE, json) instanceof Decoded.Accepted plain
          && decode(rules, json) instanceof Decoded.Accepted kept) {
        LogRecord record = kept.record();
        assertEquals(redaction.text(plain.record().message()), record.message(), seen);
        assertEquals(
            Decoding.tree(expected(redaction, Decoding.tree(plain.record().metadata()))),
            Decoding.tree(record.metadata()),
            seen);
        changed += record.metadata().contains("[redacted:") ? 1 : 0;
      } else if (decode(rules, json) instanceof Decoded.Refused refused) {
        assertFalse(refused.reason().contains("ann@"), seen);
      }
    }
    assertTrue(changed > RUNS / 50, "changed=" + changed);
  }
}
