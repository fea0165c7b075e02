package io.logagg.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.net.SocketAddress;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.redis.client.impl.RedisURI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BackendUrlTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://user:pass@host:5432/db?sslmode=prefer",
        "postgres://host",
        "postgres://host:5432",
        "postgresql://u:p%40%2F%3A@[::1]:5432/db",
        "postgresql:///db?host=/var/run/postgresql&user=me",
        "postgresql://localhost/db?sslmode=disable",
        "postgresql://localhost/db?sslmode=allow",
        "postgresql://localhost/db?application_name=x&sslmode=require",
        "postgresql://localhost/db?sslmode=verify-ca",
        "postgresql://localhost/db?sslmode=verify-full"
      })
  void shouldAcceptPostgresUrls(String url) {
    assertNull(BackendUrl.postgresFault(url));
    assertNotNull(PgConnectOptions.fromUri(url));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "mysql://h/d postgresql://",
        "postgresql+asyncpg://h/d postgresql://",
        "jdbc:postgresql://h/d postgresql://",
        "localhost:5432 postgresql://",
        "postgresql://h/d?sslmode=on sslmode",
        "postgresql://h/d?sslmode= sslmode",
        "postgresql://h/d?a=b&SSLMODE=Require sslmode",
        "postgresql://h:0/d percent-encoded",
        "postgresql://h:65536/d percent-encoded",
        "postgresql://h:x/d percent-encoded",
        "postgresql://h1,h2/d percent-encoded",
        "postgresql://u:hunter2@more@h/d percent-encoded",
        "postgresql://u:hunter2/more@h/d percent-encoded",
        "postgresql://u:hunter2%zz@h/d percent-encoded",
        "postgresql://h/d?nothing percent-encoded"
      })
  void shouldRejectOtherPostgresUrls(String url, String part) {
    String fault = BackendUrl.postgresFault(url);
    assertNotNull(fault);
    assertTrue(fault.contains(part), fault);
    assertFalse(fault.contains("hunter2"), fault);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://localhost:6379/0",
        "redis://localhost",
        "redis://localhost/",
        "rediss://user:pass@redis.example.com:6380/15",
        "redis://:p%40ss@10.0.0.1",
        "redis://[::1]:6379/2",
        "redis://h?db=3&password=x"
      })
  void shouldAcceptRedisUrls(String url) {
    assertNull(BackendUrl.redisFault(url));
    SocketAddress address = new RedisURI(url).socketAddress();
    assertTrue(address.port() > 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "http://h redis://",
        "unix:///tmp/redis.sock redis://",
        "h:6379 redis://",
        "redis:// redis://user",
        "redis:///0 redis://user",
        "redis://my_redis:6379 underscore",
        "redis://:hunter2/x@h percent-encoded",
        "redis://:hunter2%zz@h percent-encoded",
        "redis://h:0 65535",
        "redis://h:65536 65535",
        "redis://h:x redis://user",
        "redis://h/zero number",
        "redis://h/0/ number",
        "redis://h/-1 number",
        "redis://h/99999999999 number",
        "redis://h?db=x number"
      })
  void shouldRejectOtherRedisUrls(String url, String part) {
    String fault = BackendUrl.redisFault(url);
    assertNotNull(fault);
    assertTrue(fault.contains(part), fault);
    assertFalse(fault.contains("hunter2"), fault);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "redis://localhost:6379/0 redis://localhost:6379/0",
        "redis://[::1] redis://[::1]",
        "redis://[::1]:6379/0 redis://[::1]:6379/0",
        "redis://:hunter2@h:1/2 redis://:***@h:1/2",
        "redis://hunter2@h redis://***@h",
        "postgresql://u:hunter2@h:5/d?sslmode=require postgresql://u:***@h:5/d?sslmode=require",
        "postgresql://u@h/d postgresql://u@h/d",
        "postgresql://h/d?user=u&password=hunter2&sslmode=allow"
            + " postgresql://h/d?user=u&password=***&sslmode=allow",
        "postgresql://h:5432/d?PASSWORD=hunter2@x postgresql://h:5432/d?PASSWORD=***",
        "postgresql://h/d?sslpassword=hunter2 postgresql://h/d?sslpassword=***"
      })
  void shouldPrintAUrlWithoutItsPassword(String url, String printed) {
    assertEquals(printed, BackendUrl.redactedUrl(url));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://:hunter2",
        "redis://:hunter2/0?db=1",
        "redis://[::1]:hunter2",
        "redis://u:hunter2@x@h",
        "redis://u:hunter2/x@h",
        "redis://u:12?hunter2@h",
        "redis://u:x#hunter2@h",
        "postgresql://u:a@b:hunter2@h/d",
        "u:hunter2@h/d",
        "host=h password=hunter2",
        "jdbc:postgresql://h/d?password=hunter2",
        "hunter2"
      })
  void shouldHideThePasswordOfMalformedText(String url) {
    assertFalse(BackendUrl.redactedUrl(url).contains("hunter2"), BackendUrl.redactedUrl(url));
  }

  @Test
  void shouldShowNoPasswordInAProblem() {
    try (Loading loading = new Loading()) {
      assertEquals(
          "postgres.url is \"postgresql://u:***@h/d?sslmode=on\": sslmode must be one of disable,"
              + " allow, prefer, require, verify-ca, verify-full",
          loading.problemsOf("postgres.url", "postgresql://u:hunter2@h/d?sslmode=on").get(0));
    }
  }
}
