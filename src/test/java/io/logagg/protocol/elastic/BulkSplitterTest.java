package io.logagg.protocol.elastic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.protocol.elastic.BulkAction.Op;
import io.logagg.protocol.elastic.BulkBodies.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BulkSplitterTest {
  private static final String INDEX = "{\"index\":{\"_index\":\"shop\"}}";

  /** All actions, as text. */
  private static List<String> actions(Split split) {
    List<String> all = new ArrayList<>();
    ActionList.Walk walk = split.actions().walk();
    while (walk.next()) {
      all.add(
          walk.malformedLine() > 0
              ? "malformed " + walk.malformedLine()
              : walk.op().code() + " " + walk.index() + " " + walk.id() + " " + walk.record());
    }
    return all;
  }

  @Test
  void shouldPairActionsWithTheirDocuments() {
    String body =
        """
        {"create":{"_index":"shop","_id":"1"}}
        {"message":"a"}
        { "index" : { "_id" : 2, "_type":"_doc", "routing":{"x":[1]} } }
        {"message":"b"}
        {"delete":{"_index":"shop","_id":"3"}}
        {"update":{"_index":"logs-cart-eu","_id":"4"}}
        {"doc":{"message":"c"},"doc_as_upsert":true}
        """;
    for (int chunk : new int[] {1, 7, 1 << 20}) {
      Split split = BulkBodies.split(body, 1 << 20, chunk, "other-2026.11.28");

      assertNull(split.fault());
      assertEquals(
          List.of(
              "create shop 1 0",
              "index other-2026.11.28 2 1",
              "delete shop 3 -1",
              "update logs-cart-eu 4 2"),
          actions(split));
      assertEquals(
          List.of(
              "{\"message\":\"a\",\"app\":\"shop\",\"id\":\"1\"}",
              "{\"message\":\"b\",\"app\":\"other\",\"id\":\"2\"}",
              "{\"message\":\"c\",\"app\":\"cart\",\"id\":\"4\"}"),
          split.records());
      assertEquals(3, split.actions().records());
      assertTrue(split.actions().isComplete());
    }
  }

  @Test
  void shouldNeedNoLineFeedAtTheEndAndTakeCarriageReturns() {
    Split split =
        BulkBodies.split(
            "\n" + INDEX + "\r\n{\"message\":\"a\"}\r\n\r\n" + INDEX + "\n{\"message\":\"b\"}",
            1 << 20,
            5,
            null);

    assertNull(split.fault());
    assertEquals(
        List.of("{\"message\":\"a\",\"app\":\"shop\"}", "{\"message\":\"b\",\"app\":\"shop\"}"),
        split.records());
  }

  @Test
  void shouldKeepThePairsBehindADocumentThatIsTooLongOrEmptyOrBroken() {
    String body =
        String.join(
            "\n",
            INDEX,
            "{\"message\":\"" + "x".repeat(100) + "\"}",
            INDEX,
            "",
            INDEX,
            "{\"message\":",
            INDEX,
            "{\"message\":\"after\"}",
            "");
    for (int chunk : new int[] {1, 1 << 20}) {
      Split split = BulkBodies.split(body, 60, chunk, null);

      assertEquals(
          List.of("oversize 114", "", "{\"message\":", "{\"message\":\"after\",\"app\":\"shop\"}"),
          split.records());
      assertEquals(4, split.actions().records());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello",
        "[]",
        "{}",
        "null",
        "{\"foo\":{}}",
        "{\"index\":1}",
        "{\"index\":{\"_index\":\"a\"},\"create\":{}}",
        "{\"index\":{}} x",
        "{\"index\":{\"_index\":\"a\"}",
        "{\"message\":\"a document alone\"}"
      })
  void shouldRefuseABodyThatBeginsWithNoAction(String line) {
    Split split = BulkBodies.split(line, "{\"message\":\"a\"}", INDEX, "{\"message\":\"b\"}");

    assertTrue(split.fault().startsWith("Malformed action/metadata line [1], "), split.fault());
    assertEquals(List.of(), split.records());
    assertFalse(split.actions().isComplete());
  }

  @Test
  void shouldTellOfOneAmidTheBodyAndGoOnWithTheNextAction() {
    Split split =
        BulkBodies.split(
            INDEX,
            "{\"message\":\"a\"}", //
            "{\"indx\":{}}",
            "{\"message\":\"lost\"}", //
            INDEX,
            "{\"message\":\"b\"}", //
            "garbage", //
            INDEX,
            "{\"message\":\"c\"}");

    assertNull(split.fault());
    assertEquals(
        List.of(
            "index shop null 0",
            "malformed 3",
            "index shop null 1",
            "malformed 7",
            "index shop null 2"),
        actions(split));
    assertEquals(3, split.records().size());
    assertEquals(2, split.actions().malformed());
  }

  @Test
  void shouldMissTheDocumentOfTheLastAction() {
    assertTrue(BulkBodies.split(INDEX).fault().contains("expected a document"));

    Split split = BulkBodies.split(INDEX, "{\"message\":\"a\"}", INDEX);
    assertEquals(List.of("index shop null 0", "malformed 3"), actions(split));
  }

  @Test
  void shouldNotTakeMoreActionsThanItCanAnswer() {
    String id = "i".repeat(500);
    String pair = "{\"create\":{\"_index\":\"x\",\"_id\":\"" + id + "\"}}\n{\"message\":\"m\"}\n";
    Split split = BulkBodies.split(pair.repeat(20_000), 1 << 20, 1 << 16, null);

    assertTrue(split.actions().isFull());
    assertTrue(split.fault().contains("may have 1000000 actions"), split.fault());
    assertEquals(split.records().size(), split.actions().records());
    assertTrue(split.actions().bytes() <= ActionList.MAX_BYTES);
  }

  @Test
  void shouldCountActionsUpToTheirLimit() {
    ActionList list = new ActionList();
    BulkAction action = new BulkAction(Op.DELETE, "shop", null);
    assertTrue(
        Stream.generate(() -> list.add(action))
            .limit(ActionList.MAX_ACTIONS)
            .allMatch(added -> added));

    assertFalse(list.add(action));
    assertTrue(list.isFull());
    assertTrue(list.bytes() < ActionList.MAX_ACTIONS + 100, "bytes: " + list.bytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop|shop",
        "shop-2026.11.28|shop",
        "shop-2026-11-28|shop",
        "shop-20261128|shop",
        "shop-2026.11|shop",
        "filebeat-9.1.0-2026.11.28-000001|filebeat",
        "filebeat-8.19.0|filebeat",
        "logs-nginx.access-default|nginx.access",
        ".ds-logs-nginx.access-default-2026.11.28-000001|nginx.access",
        "logs-shop|logs-shop",
        "shop-1|shop-1",
        "shop-v2-7|shop-v2-7",
        "<logstash-{now/d}-000001>|logstash"
      })
  void shouldTellTheAppByTheIndex(String indexAndApp) {
    String[] parts = indexAndApp.split("\\|", -1);
    assertEquals(parts[1], IndexName.app(parts[0]));
  }

  @Test
  void shouldFindNoAppInANameThatSaysNothing() {
    assertNull(IndexName.app(null));
    assertNull(IndexName.app("-2026.11.28"));
    assertNull(IndexName.app("x".repeat(256)));
  }
}
