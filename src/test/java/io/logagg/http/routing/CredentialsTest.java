package io.logagg.http.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ways in which agents carry a key. */
final class CredentialsTest {
  private static final String UNREADABLE = "";

  private static Set<String> keys(String... namesAndValues) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return Credentials.of(headers);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "Authorization,Bearer k",
    "authorization,bearer   k ",
    "AUTHORIZATION,BEARER k",
    "Authorization,Splunk k",
    "Authorization,ApiKey k",
    "Authorization,ApiKey aWQ6aw==",
    "Authorization,Basic dXNlcjpr",
    "Authorization,basic Oms=",
    "X-API-Key,k",
    "x-api-key, k ",
    "DD-API-KEY,k",
    "X-Seq-ApiKey,k"
  })
  void shouldReadTheKey(String header, String value) {
    assertEquals(Set.of("k"), keys(header, value));
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer",
    "'Bearer '",
    "k",
    "''",
    "Digest k",
    "Basic k",
    "Basic %%%",
    "Basic dXNlcg==",
    "Basic dXNlcjo="
  })
  void shouldTakeWhatCannotBeReadForAKeyThatIsNone(String value) {
    assertEquals(Set.of(UNREADABLE), keys("Authorization", value));
  }

  @Test
  void shouldFindNoneWhereThereIsNone() {
    assertEquals(Set.of(), keys());
    assertEquals(Set.of(), keys("Cookie", "Authorization=k", "Proxy-Authorization", "Bearer k"));
  }

  @Test
  void shouldTakeAKeyOfOursForTheKeyItself() {
    assertEquals(Set.of("logagg_a_b"), keys("Authorization", " ApiKey  logagg_a_b "));
    String encoded = base64("id:logagg_a_b");
    assertEquals(Set.of("logagg_a_b"), keys("Authorization", "ApiKey " + encoded));
  }

  @Test
  void shouldKeepColonsOfAPassword() {
    assertEquals(Set.of("a:b"), keys("Authorization", "Basic " + base64("user:a:b")));
  }

  @Test
  void shouldTellKeysThatDifferFromOneGivenRepeatedly() {
    assertEquals(Set.of("k"), keys("X-API-Key", "k", "Authorization", "Bearer k"));
    assertEquals(Set.of("k", "l"), keys("X-API-Key", "k", "Authorization", "Bearer l"));
    assertEquals(Set.of("k", "l"), keys("X-API-Key", "k", "X-API-Key", "l"));
    assertEquals(Set.of("k", UNREADABLE), keys("X-API-Key", "k", "Authorization", "Digest x"));
    for (String header : List.of("DD-API-KEY", "X-Seq-ApiKey", "X-API-Key")) {
      assertEquals(Set.of("k", "l"), keys(header, "l", "Authorization", "Bearer k"));
    }
  }
}
