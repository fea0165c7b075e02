package io.logagg.protocol.gelf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.protocol.SliceSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GelfTranslatorTest {
  private static final class Sink implements SliceSink {
    private final List<String> taken = new ArrayList<>();

    @Override
    public void slice(long line, byte[] bytes, int from, int to) {
      taken.add(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }

    @Override
    public void oversize(long line, byte[] prefix, int from, int to, long length) {
      taken.add(length + ">" + new String(prefix, from, to - from, StandardCharsets.UTF_8));
    }
  }

  private static String translate(String message) {
    return translate(message, 1 << 20);
  }

  private static String translate(String message, int maxRecordBytes) {
    Sink sink = new Sink();
    byte[] bytes = ("##" + message + "##").getBytes(StandardCharsets.UTF_8);
    GelfTranslator.into(sink, maxRecordBytes).slice(1, bytes, 2, bytes.length - 2);
    assertEquals(1, sink.taken.size());
    return sink.taken.get(0);
  }

  /** The example of the specification. */
  @Test
  void shouldMapTheSpecificationsExample() {
    assertEquals(
        "{\"level\":\"1\",\"timestamp\":\"1385053862.3072\",\"message\":\"A short message\","
            + "\"metadata_\":{\"host\":\"example.org\",\"full_message\":\"Backtrace here\\n\\nmore\","
            + "\"user_id\":9001,\"some_info\":\"foo\",\"some_env_var\":\"bar\"}}",
        translate(
            "{\"version\":\"1.1\",\"host\":\"example.org\",\"short_message\":\"A short message\","
                + "\"full_message\":\"Backtrace here\\n\\nmore\",\"timestamp\":1385053862.3072,"
                + "\"level\":1,\"_user_id\":9001,\"_some_info\":\"foo\",\"_some_env_var\":\"bar\"}"));
  }

  @Test
  void shouldTakeAppAndServiceFromAdditionalFields() {
    assertEquals(
        "{\"app\":\"shop\",\"service\":\"cart\",\"message\":\"m\","
            + "\"metadata_\":{\"container_name\":\"c1\",\"logger_name\":\"x.Y\"}}",
        translate(
            "{\"short_message\":\"m\",\"_container_name\":\"c1\",\"_app_name\":\"shop\","
                + "\"_logger_name\":\"x.Y\",\"_service\":\"cart\"}"));
  }

  @Test
  void shouldNameContainersOfDocker() {
    assertEquals(
        "{\"app\":\"web\",\"level\":\"6\",\"message\":\"hi\",\"metadata_\":{\"image_name\":\"nginx\"}}",
        translate(
            "{\"short_message\":\"hi\",\"level\":6,\"_container_name\":\"web\",\"_image_name\":\"nginx\"}"));
  }

  @Test
  void shouldNotTakeBlankOrOtherValuesForNames() {
    assertEquals(
        "{\"message\":\"m\",\"metadata_\":{\"app\":7,\"application\":\" \",\"service\":{\"a\":1}}}",
        translate(
            "{\"short_message\":\"m\",\"_app\":7,\"_application\":\" \",\"_service\":{\"a\":1}}"));
  }

  @Test
  void shouldKeepTheFieldIdAsData() {
    assertEquals(
        "{\"message\":\"m\",\"metadata_\":{\"id\":\"x\",\"line\":3}}",
        translate("{\"short_message\":\"m\",\"_id\":\"x\",\"line\":3}"));
  }

  @Test
  void shouldKeepAnUnderscoreRatherThanLoseAField() {
    assertEquals(
        "{\"message\":\"m\",\"metadata_\":{\"_host\":\"b\",\"host\":\"a\",\"__host\":\"c\",\"_x\":1}}",
        translate(
            "{\"short_message\":\"m\",\"_host\":\"b\",\"host\":\"a\",\"__host\":\"c\",\"__x\":1}"));
  }

  @Test
  void shouldTakeOtherMessagesWhereThereIsNoShortOne() {
    assertEquals(
        "{\"message\":\"a\\tb\",\"metadata_\":{\"full_message\":\"f\"}}",
        translate("{\"full_message\":\"f\",\"message\":\"a\\tb\"}"));
    assertEquals(
        "{\"message\":\"f\",\"metadata_\":{}}",
        translate("{\"short_message\":null,\"full_message\":\"f\"}"));
    assertEquals(
        "{\"message\":\"\",\"metadata_\":{\"host\":\"h\"}}", translate("{\"host\":\"h\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "[1]",
        "3",
        "{\"short_message\":\"m\"",
        "{\"a\":1}{",
        "{\"a\":1} x",
        "null"
      })
  void shouldHandOnWhatIsNoMessage(String text) {
    assertEquals(text, translate(text));
  }

  @Test
  void shouldTellOfRecordsThatGrowTooLarge() {
    String text = translate("{\"short_message\":\"" + "x".repeat(100) + "\"}", 100);
    assertEquals("129>", text.substring(0, 4));
  }

  @Test
  void shouldGoOnBehindABadMessage() {
    Sink sink = new Sink();
    SliceSink translator = GelfTranslator.into(sink, 1000);
    for (String text : List.of("{\"short_message\":\"m\",\"_a\":", "{\"short_message\":\"n\"}")) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      translator.slice(1, bytes, 0, bytes.length);
    }
    assertEquals(
        List.of("{\"short_message\":\"m\",\"_a\":", "{\"message\":\"n\",\"metadata_\":{}}"),
        sink.taken);
  }
}
