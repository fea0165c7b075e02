package io.logagg.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleBodyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant TIME = Instant.parse("2026-11-24T12:59:59.999000Z");

  @Test
  void recordsHaveThePromisedSizeAndAreValid() throws JsonProcessingException {
    SampleBody body = body(false, 500);
    body.prepare(0, micros(TIME), 1000, 0);

    for (String line : lines(body)) {
      assertEquals(SampleBodies.RECORD_BYTES, line.length() + 1, line);
      JsonNode record = JSON.readTree(line);
      assertEquals(SampleBodies.METADATA_BYTES, record.get("metadata_").toString().length());
      assertTrue(SampleBodies.APPS.contains(record.get("app").asText()));
      assertTrue(record.get("message").asText().length() > 60, line);
    }
  }

  @Test
  void timesGoOnFromTheFirstAcrossTheMinute() throws JsonProcessingException {
    SampleBody body = body(false, 2000);
    body.prepare(0, micros(TIME), 1000, 0);

    List<JsonNode> records = records(body);
    for (int i = 0; i < records.size(); i++) {
      Instant time = Instant.parse(records.get(i).get("timestamp").asText());
      assertEquals(TIME.plus(i, ChronoUnit.MICROS), time);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void idsDifferEachTime(boolean producerIds) throws JsonProcessingException {
    SampleBody body = body(producerIds, 300);
    Set<String> ids = new HashSet<>();
    for (long first = 0; first < 900; first += 300) {
      body.prepare(first, micros(TIME), 1000, 0);
      for (JsonNode record : records(body)) {
        JsonNode metadata = record.get("metadata_");
        assertTrue(ids.add(metadata.get("trace_id").asText()));
        assertTrue(ids.add(metadata.get("request_id").asText()));
        assertEquals(producerIds, record.has("id"));
        assertTrue(!producerIds || ids.add(record.get("id").asText()));
      }
    }
  }

  @Test
  void theRareWordStandsOnceInEachStretchAndIsTakenBack() throws JsonProcessingException {
    SampleBody body = body(false, 100);
    body.prepare(0, micros(TIME), 1000, 0);
    List<String> before = messages(body);
    List<Long> found = new ArrayList<>();
    for (long first = 0; first < 2000; first += 100) {
      body.prepare(first, micros(TIME), 1000, 1000);
      List<String> messages = messages(body);
      for (int i = 0; i < messages.size(); i++) {
        if (messages.get(i).endsWith(SampleBody.RARE_WORD)) {
          found.add(first + i);
        } else {
          assertEquals(before.get(i), messages.get(i));
        }
      }
    }
    assertEquals(List.of(500L, 1500L), found);
  }

  @Test
  void messagesVary() throws JsonProcessingException {
    SampleBody body = body(false, 1000);
    body.prepare(0, micros(TIME), 1000, 0);
    assertTrue(new HashSet<>(messages(body)).size() > 990);
  }

  private static SampleBody body(boolean producerIds, int records) {
    return new SampleBodies(7, producerIds).bodies(1, records).get(0);
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static List<String> messages(SampleBody body) throws JsonProcessingException {
    return records(body).stream().map(record -> record.get("message").asText()).toList();
  }

  private static List<JsonNode> records(SampleBody body) throws JsonProcessingException {
    List<JsonNode> records = new ArrayList<>();
    for (String line : lines(body)) {
      records.add(JSON.readTree(line));
    }
    return records;
  }

  private static List<String> lines(SampleBody body) {
    return StandardCharsets.US_ASCII.decode(body.bytes()).toString().lines().toList();
  }
}
