package io.logagg.http.agents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.logagg.http.inflate.Inflation;
import io.logagg.http.ingest.IngestDesk.Asked;
import io.logagg.http.ingest.RejectionWatch;
import io.vertx.core.http.HttpServerRequest;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AgentParamsTest {
  private final List<String> read = new ArrayList<>();

  private Asked asked(Map<String, String> parameters) {
    HttpServerRequest request =
        (HttpServerRequest)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (proxy, method, arguments) -> {
                  assertEquals("getParam", method.getName());
                  read.add((String) arguments[0]);
                  return parameters.get((String) arguments[0]);
                });
    return AgentParams.asked(
        request,
        SeqFormat.LINES,
        "otherwise",
        RejectionWatch.NONE,
        opened -> {
          read.add("inflation");
          return Inflation.of("zstd").orElseThrow();
        });
  }

  @Test
  void shouldOpenTheInflationLast() {
    try (Inflation inflation =
        asked(Map.of("strict", "true", "app", "shop", "level", " ")).inflation()) {
      assertEquals("inflation", read.get(read.size() - 1), inflation + " after all of " + read);
      assertEquals(1, read.stream().filter("inflation"::equals).count());
    }
  }

  @Test
  void shouldOpenNoInflationForWhatIsRefused() {
    assertThrows(RuntimeException.class, () -> asked(Map.of("strict", "x")));
    assertEquals(List.of("strict"), read);
  }

  @Test
  void shouldTellWhatTheUrlSays() {
    Asked asked = asked(Map.of("strict", "true", "app", "shop", "level", " "));
    asked.inflation().close();
    assertEquals(true, asked.strict());
    assertEquals("shop", asked.defaults().app());
    assertEquals(null, asked.defaults().level());
    assertEquals("otherwise", asked.otherwiseApp());
    asked = asked(Map.of());
    asked.inflation().close();
    assertEquals(false, asked.strict());
  }
}
