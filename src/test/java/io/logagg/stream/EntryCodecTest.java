package io.logagg.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.protocol.JsonRecordDecoder;
import io.logagg.record.DeadLetter;
import io.logagg.record.LogRecord;
import io.logagg.record.RecordBatch;
import io.logagg.record.RecordIds;
import io.logagg.record.TimeWindow;
import io.logagg.record.Timestamps;
import io.logagg.stream.EntryCodec.Content;
import io.logagg.testing.TestRecords;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EntryCodecTest {
  private static final long ENTRY_MICROS = 1_764_000_000_000_000L;

  private final EntryCodec codec =
      new EntryCodec("logs:stream", new JsonRecordDecoder(new TimeWindow(0, 2)));

  private static Request fields() {
    return Request.cmd(Command.XADD);
  }

  private Content decode(String... namesAndValues) {
    return codec.decode(TestEntries.of(namesAndValues));
  }

  private static RecordBatch batch(Content content) {
    RecordBatch batch = content.batch();
    assertNotNull(batch, () -> content.refused().toString());
    return batch;
  }

  private static DeadLetter onlyLetter(Content content) {
    assertNull(content.batch());
    assertEquals(1, content.refused().size());
    DeadLetter letter = content.refused().get(0);
    assertEquals("stream", letter.source());
    return letter;
  }

  @Test
  void shouldReadWhatItPacked() {
    RecordBatch batch = new TestRecords(1).batch(20);
    assertEquals(
        new Content(batch, List.of()),
        codec.decode(TestEntries.of(EntryCodec.addPacked(fields(), batch))));
  }

  @Test
  void shouldReadWhatItWroteAsPlainJson() {
    TestRecords records = new TestRecords(2);
    for (int i = 0; i < 500; i++) {
      LogRecord record = records.any();
      RawEntry entry = TestEntries.of(EntryCodec.addPlain(fields(), record));
      LogRecord read = batch(codec.decode(entry)).records().get(0);
      assertEquals(record, read);
      assertEquals(record.id(), batch(codec.decode(entry)).key());
    }
  }

  @Test
  void shouldReadPlainJsonOfAnyTimeWhateverTheWindowIsNow() {
    LogRecord old = new TestRecords(3).at(Timestamps.MIN_MICROS, "app", "old");
    RawEntry entry = TestEntries.of(EntryCodec.addPlain(fields(), old));
    assertEquals(
        old,
        batch(new EntryCodec("s", new JsonRecordDecoder(new TimeWindow(1, 1))).decode(entry))
            .records()
            .get(0));
  }

  @Test
  void shouldTakeOneRecordOfAnotherProgram() {
    Content content =
        decode("data", "{\"app\":\"shop\",\"message\":\"hello\",\"level\":\"warning\"}");
    LogRecord record = batch(content).records().get(0);
    assertEquals("hello", record.message());
    assertEquals("WARN", record.level());
    assertEquals(ENTRY_MICROS, record.receivedAtMicros());
    assertEquals(ENTRY_MICROS, record.timestampMicros());
    assertTrue(RecordIds.isRecordId(record.id()));
    assertEquals(List.of(), content.refused());
  }

  @Test
  void shouldTakeAnArrayOfAnotherProgramAndRefuseOnlyWhatIsBadInIt() {
    Content content =
        decode(
            "data",
            " [{\"app\":\"a\",\"message\":\"1\"}, 17, {\"app\":\"a\",\"message\":\"2\"}, {\"app\":\"a\"}]");
    assertEquals(
        List.of("1", "2"), batch(content).records().stream().map(LogRecord::message).toList());
    assertEquals(
        List.of("17", "{\"app\":\"a\"}"),
        content.refused().stream().map(DeadLetter::payload).toList());
    Set<UUID> ids = new HashSet<>();
    batch(content).records().forEach(record -> ids.add(record.id()));
    content.refused().forEach(letter -> ids.add(letter.id()));
    assertEquals(4, ids.size(), "an id of its own for each");
  }

  @Test
  void shouldGiveForeignRecordsTheSameStampsOnEachDecoding() {
    String data = "[{\"app\":\"a\",\"message\":\"1\"},{},{\"app\":\"a\",\"message\":\"1\"}]";
    assertEquals(decode("data", data), decode("data", data));
  }

  @Test
  void shouldGiveForeignRecordsOtherStampsInOtherEntriesAndStreams() {
    Map<String, byte[]> fields =
        Map.of("data", "{\"app\":\"a\",\"message\":\"1\"}".getBytes(UTF_8));
    EntryCodec other = new EntryCodec("other:stream", new JsonRecordDecoder(new TimeWindow(0, 2)));
    Set<UUID> keys = new HashSet<>();
    Set<UUID> ids = new HashSet<>();
    for (Content content :
        List.of(
            codec.decode(TestEntries.of("1764000000000-3", fields)),
            codec.decode(TestEntries.of("1764000000000-4", fields)),
            codec.decode(TestEntries.of("1764000000001-3", fields)),
            other.decode(TestEntries.of("1764000000000-3", fields)))) {
      keys.add(batch(content).key());
      ids.add(batch(content).records().get(0).id());
    }
    assertEquals(4, keys.size());
    assertEquals(4, ids.size());
  }

  @Test
  void shouldRefuseForeignTimesOutsideTheWindow() {
    DeadLetter letter =
        onlyLetter(
            decode(
                "data",
                "{\"app\":\"a\",\"message\":\"m\",\"timestamp\":\"2099-01-01T00:00:00Z\"}"));
    assertTrue(letter.reason().contains("maxFutureDays"), letter::reason);
  }

  @Test
  void shouldKeepWhatCameBeforeABrokenArray() {
    Content content = decode("data", "[{\"app\":\"a\",\"message\":\"1\"},{\"app\":");
    assertEquals(1, batch(content).records().size());
    assertEquals(1, content.refused().size());
  }

  @Test
  void shouldTakeAForeignEntryThatHasAFieldIdOfItsOwn() {
    Content content = decode("id", "17", "data", "{\"app\":\"a\",\"message\":\"1\"}");
    assertEquals("1", batch(content).records().get(0).message());
  }

  @Test
  void shouldRefuseAnEntryWithoutDataThatWeKnow() {
    DeadLetter letter = onlyLetter(decode("something", "else"));
    assertTrue(letter.reason().contains("no field data"), letter::reason);
  }

  @Test
  void shouldKeepTheFieldsOfAnEntryWithoutDataAsJson() {
    DeadLetter letter = onlyLetter(decode("message", "x \"y\"", "app", "shop"));
    assertEquals("{\"message\":\"x \\\"y\\\"\",\"app\":\"shop\"}", letter.payload());
    DeadLetter binary =
        onlyLetter(
            codec.decode(TestEntries.of(TestEntries.ID, Map.of("b", new byte[] {-1, 0, 1}))));
    assertEquals("{\"b\":{\"base64\":\"/wAB\"}}", binary.payload());
  }

  @Test
  void shouldTakeTheDataOfAnEntryWhosePackIsNotOurs() {
    Content content = decode("pack", "of six", "data", "{\"app\":\"a\",\"message\":\"1\"}");
    assertEquals("1", batch(content).records().get(0).message());
  }

  @Test
  void shouldKeepAllFieldsOfAnEntryWhosePackIsNotOurs() {
    DeadLetter letter = onlyLetter(decode("pack", "of six", "message", "m"));
    assertEquals("{\"pack\":\"of six\",\"message\":\"m\"}", letter.payload());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "",
        "99999999999999999999",
        "9223372036854775807",
        "-9223372036854775808",
        "1\u0000"
      })
  void shouldRefusePlainJsonWithABadTimeOfReceipt(String receivedAt) {
    String id = RecordIds.of(ENTRY_MICROS, 1).toString();
    String data = "{\"app\":\"a\",\"message\":\"1\"}";
    DeadLetter letter = onlyLetter(decode("id", id, "received_at", receivedAt, "data", data));
    assertEquals(data, letter.payload());
    assertEquals(ENTRY_MICROS, letter.firstSeenMicros());
  }

  @Test
  void shouldRefusePlainJsonWithABadId() {
    String data = "{\"app\":\"a\",\"message\":\"1\"}";
    for (String id : List.of("x", new UUID(1, 2).toString())) {
      onlyLetter(decode("id", id, "received_at", "1", "data", data));
    }
  }

  @Test
  void shouldRefusePlainJsonWhoseIdNamesAnotherTime() {
    String id = RecordIds.of(ENTRY_MICROS, 1).toString();
    String data = "{\"app\":\"a\",\"message\":\"1\",\"timestamp\":\"2020-01-01T00:00:00Z\"}";
    onlyLetter(decode("id", id, "received_at", "" + ENTRY_MICROS, "data", data));
  }

  @Test
  void shouldKeepABrokenPackAsItIs() {
    byte[] pack = PackCodec.encode(new TestRecords(4).batch(5));
    pack[20] ^= 0x55;
    pack[0] = 9;
    Content content = codec.decode(TestEntries.of(TestEntries.ID, Map.of("pack", pack)));
    DeadLetter letter = onlyLetter(content);
    assertTrue(letter.base64());
    assertEquals(List.of(pack.length), List.of(letter.bytes().length));
    assertEquals(content, codec.decode(TestEntries.of(TestEntries.ID, Map.of("pack", pack))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0-1",
        "1-1",
        "9223372036854775807-0",
        "18446744073709551615-18446744073709551614"
      })
  void shouldTakeEntriesWithAnyIdThatRedisAllows(String id) {
    Map<String, byte[]> fields =
        Map.of("data", "{\"app\":\"a\",\"message\":\"1\"}".getBytes(UTF_8));
    LogRecord record = batch(codec.decode(TestEntries.of(id, fields))).records().get(0);
    assertTrue(
        record.receivedAtMicros() >= 0 && record.receivedAtMicros() <= Timestamps.MAX_MICROS);
    assertEquals(record.receivedAtMicros(), RecordIds.timestampMicros(record.id()));
  }

  @Test
  void shouldNeverFailWhateverTheEntryHolds() {
    Random random = new Random(5);
    List<String> names = List.of("pack", "data", "id", "received_at", "dedupe", "other");
    for (int round = 0; round < 20_000; round++) {
      Map<String, byte[]> fields = new HashMap<>();
      for (String name : names) {
        if (random.nextInt(3) == 0) {
          byte[] value = new byte[random.nextInt(40)];
          random.nextBytes(value);
          fields.put(name, value);
        }
      }
      Content content = codec.decode(TestEntries.of(TestEntries.ID, fields));
      assertNotEquals(null, content.refused());
    }
  }
}
