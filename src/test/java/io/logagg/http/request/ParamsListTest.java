package io.logagg.http.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.logagg.http.reply.ProblemException;
import io.logagg.record.AppAccess;
import io.vertx.core.MultiMap;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ParamsListTest {
  private static List<String> list(String... values) {
    MultiMap params = MultiMap.caseInsensitiveMultiMap();
    for (String value : values) {
      params.add("app", value);
    }
    return new Params(params, AppAccess.ALL).list("app");
  }

  @Test
  void shouldTakeValuesFromAllTimesAParameterIsGiven() {
    assertEquals(List.of("a", "b", "c d"), list("a, b", " c d "));
    assertEquals(List.of("", ""), list(","));
    assertEquals(List.of(), list());
  }

  @Test
  void shouldTakeAQuotedValueAsItStands() {
    assertEquals(
        List.of("a,b", " c ", "say \"hi\"", ""),
        list("\"a,b\", \" c \" ", "\"say \"\"hi\"\"\",\"\""));
    assertEquals(List.of("it\"s"), list("it\"s"));
  }

  @Test
  void shouldRefuseAQuoteThatIsNotClosedAndTextBesideOne() {
    for (String bad : List.of("\"a", "\"a\"b", "\"a\" b,c", "x,\"", "\"\"\"")) {
      assertThrows(ProblemException.class, () -> list(bad), bad);
    }
  }
}
