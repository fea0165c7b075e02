package io.logagg.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.access.Scope;
import io.logagg.http.Caller.Reach;
import io.logagg.testing.RunningLogagg;
import io.logagg.testing.TestKeys;
import io.logagg.testing.TestServers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The headers in which a key may come, each with every kind of key. */
class KeyFormsIT {
  private static RunningLogagg logagg;
  private static TestKeys keys;
  private static String admin;
  private static final List<Caller> CALLERS = new ArrayList<>();

  @BeforeAll
  static void start() {
    TestServers servers = TestServers.reset();
    logagg = RunningLogagg.fresh(servers, Map.of("LOGAGG_AUTH_ENABLED", "true"));
    keys = TestKeys.open(servers);
    admin = TestKeys.known(logagg, keys.key(Set.of(Scope.ADMIN)));
    CALLERS.addAll(Caller.all(logagg, keys, "matrix-own"));
  }

  @AfterAll
  static void stop() {
    keys.close();
    logagg.close();
  }

  private static int status(String... headers) {
    return logagg.get("/api/v1/logs?limit=1", headers).statusCode();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String[] header(String form, String key) {
    return switch (form) {
      case "Bearer", "bearer", "Splunk" -> new String[] {"Authorization", form + " " + key};
      case "Basic" -> new String[] {"Authorization", "Basic " + base64("anybody:" + key)};
      case "ApiKey" -> new String[] {"Authorization", "ApiKey " + key};
      case "ApiKey, encoded" -> new String[] {"Authorization", "ApiKey " + base64("id:" + key)};
      default -> new String[] {form, key};
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer",
        "bearer",
        "Splunk",
        "Basic",
        "ApiKey",
        "ApiKey, encoded",
        "X-API-Key",
        "DD-API-KEY",
        "X-Seq-ApiKey"
      })
  void everyFormOfAKeyIsTheSame(String form) {
    for (Caller caller : CALLERS) {
      int expected =
          caller.reach() == Reach.NOBODY ? 401 : caller.scopes().contains(Scope.READ) ? 200 : 403;
      if (!caller.key().isEmpty()) {
        assertEquals(expected, status(header(form, caller.key())), caller.name());
      }
    }
  }

  @Test
  void keysThatDifferAreNone() {
    assertEquals(200, status("X-API-Key", admin, "Authorization", "Bearer " + admin));
    assertEquals(401, status("X-API-Key", admin, "DD-API-KEY", CALLERS.get(5).key()));
    assertEquals(401, status("X-API-Key", admin, "Authorization", "Bearer"));
  }
}
