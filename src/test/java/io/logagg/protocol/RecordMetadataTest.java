package io.logagg.protocol;

import static io.logagg.protocol.Decoding.acceptWith;
import static io.logagg.protocol.Decoding.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What has no column of its own. */
final class RecordMetadataTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-0",
        "0.10",
        "12345678901234567890.123456789012345678901234567890",
        "true",
        "false",
        "null",
        "\"text\"",
        "\"\"",
        "\"größe 😀\"",
        "\"a\\\"b\\\\c\\/d\\b\\f\\n\\r\\t\"",
        "\"\\\\u0000\"",
        "\"1e999\"",
        "[]",
        "{}",
        "[ 1,\t2 , [3,\"]\"] ]",
        "{ \"a\" : { \"b\" : [ { } ] } , \"c\":\"}\" }",
        "{\"a\":1,\"a\":2}",
      })
  void shouldCopyUnknownFieldsAsTheyStand(String value) {
    assertEquals("{\"f\":" + value + "}", acceptWith("\"f\" : " + value + " ").metadata());
    assertEquals(
        "{\"f\":" + value + ",\"g\":" + value + "}",
        acceptWith("\"f\":" + value + "\n,\t\"g\":" + value).metadata());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{ }", "{\"a\":1}", "{\n \"a\" : [1, {\"b\":0.10}]\n}"})
  void shouldCopyMetadataAsItStands(String value) {
    assertEquals(value, acceptWith("\"metadata_\": " + value + " ").metadata());
  }

  @Test
  void shouldJoinUnknownFieldsAndMetadata() {
    assertEquals("{\"x\":1,\"a\":2}", acceptWith("\"metadata_\":{\"a\":2},\"x\":1").metadata());
    assertEquals("{\"x\":1}", acceptWith("\"metadata_\":{ \n},\"x\":1").metadata());
    assertEquals("{\"x\":1,\"y\":2}", acceptWith("\"x\":1,\"metadata_\":{},\"y\":2").metadata());
  }

  @Test
  void shouldPreferMetadatasOwnFieldToAnUnknownOne() {
    assertEquals(tree("{\"a\":2}"), tree(acceptWith("\"metadata_\":{\"a\":2},\"a\":1").metadata()));
    assertEquals(tree("{\"a\":2}"), tree(acceptWith("\"a\":1,\"metadata_\":{\"a\":2}").metadata()));
  }

  @Test
  void shouldKeepTheLastOfDuplicateUnknownFields() {
    assertEquals(tree("{\"a\":2}"), tree(acceptWith("\"a\":1,\"a\":2").metadata()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\\\"b", "a\\\\b", "größe 😀", "a\\nb", "a.b", "__proto__"})
  void shouldKeepAnyFieldName(String name) {
    assertEquals("{\"" + name + "\":1}", acceptWith("\"" + name + "\":1").metadata());
  }

  @ParameterizedTest
  @CsvSource({
    "1e5, 1e5",
    "-1.50E+5, -1.50E+5",
    "1e308, 1e308",
    "1e-308, 1e-308",
    "1e309, '\"1e309\"'",
    "1e-309, '\"1e-309\"'",
    "1e999, '\"1e999\"'",
    "-1E+99999, '\"-1E+99999\"'",
    "1e-99999, '\"1e-99999\"'",
    "1e99999999999999999999, '\"1e99999999999999999999\"'",
  })
  void shouldKeepNumbersAsWrittenUnlessStoringThemCostsTooMuch(String number, String kept) {
    assertEquals("{\"n\":" + kept + "}", acceptWith("\"n\":" + number).metadata());
    assertEquals("{\"n\":[" + kept + "]}", acceptWith("\"n\":[" + number + "]").metadata());
    assertEquals(
        "{\"n\":" + kept + "}", acceptWith("\"metadata_\":{\"n\":" + number + "}").metadata());
  }

  @Test
  void shouldKeepNumbersBesideOneThatCostsTooMuch() {
    assertEquals(
        tree("{\"n\":[1.10,\"1e999\",{\"a\":-0,\"b\":12345678901234567890,\"c\":true}]}"),
        tree(
            acceptWith("\"n\":[1.10,1e999,{\"a\":-0,\"b\":12345678901234567890,\"c\":true}]")
                .metadata()));
  }
}
