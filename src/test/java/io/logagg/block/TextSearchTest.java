package io.logagg.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TextSearchTest {
  private static Texts texts(List<String> texts) {
    List<BlockRow> rows =
        IntStream.range(0, texts.size())
            .mapToObj(i -> new BlockRow(0, i, 0, 1, "INFO", "", texts.get(i), "{}", ""))
            .toList();
    return Block.of(rows).texts(Column.MESSAGES);
  }

  private static List<Integer> found(String wanted, List<String> texts) {
    List<Integer> found = new ArrayList<>();
    new TextSearch(wanted).find(texts(texts), found::add);
    return found;
  }

  @Test
  void shouldFindATextInAnyCaseOnceInEachThatHasIt() {
    List<String> texts = List.of("", "User USER user", "", "us", "er", "a user", "uße", "useR", "");
    assertEquals(List.of(1, 5, 7), found("uSeR", texts));
    assertEquals(List.of(1, 3, 5, 6, 7), found("u", texts));
    assertEquals(List.of(), found("users", texts));
    assertEquals(List.of(), found("r", List.of("", "x", "")));
  }

  @Test
  void shouldFindWhatStringsFind() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 3000; i++) {
      List<String> texts = IntStream.range(0, 20).mapToObj(k -> any(random, 12)).toList();
      String wanted = any(random, 4).replaceAll("[^ -~]", "") + "a";
      List<Integer> expected =
          IntStream.range(0, texts.size())
              .filter(k -> lower(texts.get(k)).contains(lower(wanted)))
              .boxed()
              .toList();
      assertEquals(expected, found(wanted, texts), () -> wanted + " in " + texts);
    }
  }

  private static String any(SplittableRandom random, int most) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(most + 1);
    for (int i = 0; i < length; i++) {
      text.append("aAbB@[`{é\u212a".charAt(random.nextInt(10)));
    }
    return text.toString();
  }

  /** Of ASCII alone. */
  private static String lower(String text) {
    StringBuilder lower = new StringBuilder();
    text.chars()
        .forEach(
            c -> lower.append(c < 0x80 ? ("" + (char) c).toLowerCase(Locale.ROOT) : "" + (char) c));
    return lower.toString();
  }

  @Test
  void shouldRefuseWhatItCannotLookFor() {
    assertThrows(IllegalArgumentException.class, () -> new TextSearch(""));
    assertThrows(IllegalArgumentException.class, () -> new TextSearch("é"));
  }
}
