package io.logagg.protocol.redact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each rule finds, and what it leaves. */
final class BuiltinRuleTest {
  private static final Redaction ALL =
      new Redaction(
          List.of(BuiltinRule.values()).stream().map(BuiltinRule::rule).toList(), List.of());

  /** The text with {@code *} for what was found by that rule alone. */
  private static String found(BuiltinRule rule, String text) {
    return new Redaction(List.of(rule.rule()), List.of())
        .text(text)
        .replace("[redacted:" + rule.label() + "]", "*");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ann@example.com | *",
        "to <ann.b+c@mail.example.co.uk>, cc=bob@x.io. | to <*>, cc=*.",
        "größe jürgen@müller.example! | größe *!",
        "/users?email=ann%40example.com&x=1 | /users?email=*&x=1",
        "a@b.c, root@localhost, @home, x@10.0.0.1, 5@ | a@b.c, root@localhost, @home, x@10.0.0.1, 5@",
        "a@b@example.com ann@example.com@ | a@* *@",
        "😀ann@example.com😀 | 😀*😀",
      })
  void shouldFindEmail(String text, String left) {
    assertEquals(left, found(BuiltinRule.EMAIL, text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "4111111111111111 | *",
        "paid with 4111 1111 1111 1111 12/27 | paid with * 12/27",
        "card=5500-0000-0000-0004, 378282246310005; 3782 822463 10005 | card=*, *; *",
        "4222222222222 and 6011000990139424. | * and *.",
        "order 17 4111 1111 1111 1111 | order 17 *",
        "4111111111111112 wrong check digit | 4111111111111112 wrong check digit",
        "4111 1111-1111 1111 mixed | 4111 1111-1111 1111 mixed",
        "411111111111 12 digits | 411111111111 12 digits",
        "41111111111111111111 20 | 41111111111111111111 20",
        "1764331200000000004 nanoseconds | 1764331200000000004 nanoseconds",
        "0.4111111111111111 4111111111111111.5 | 0.4111111111111111 4111111111111111.5",
        "x4111111111111111 4111111111111111x _4111111111111111 | x4111111111111111 4111111111111111x _4111111111111111",
        "550e8400-e29b-41d4-4716-446655440000 | 550e8400-e29b-41d4-4716-446655440000",
      })
  void shouldFindCreditCards(String text, String left) {
    assertEquals(left, found(BuiltinRule.CREDIT_CARD, text));
  }

  @Test
  void shouldFindACreditCardAnywhere() {
    for (int before = 0; before < 40; before++) {
      for (String fill : new String[] {"a", "-", " ", "."}) {
        String text = fill.repeat(before) + " 4111111111111111";
        assertEquals(fill.repeat(before) + " *", found(BuiltinRule.CREDIT_CARD, text), text);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "postgres://ann:s3cret@db.example:5432/x | postgres://ann:*@db.example:5432/x",
        "redis://:pw@h https://a:b%40c@h/p?q=1 | redis://:*@h https://a:*@h/p?q=1",
        "amqp://u:p@ss:w@host, next | amqp://u:*@host, next",
        "https://example.com:8080/a@b ssh://git@host/x | https://example.com:8080/a@b ssh://git@host/x",
        "http://[::1]:80/ u:p@host | http://[::1]:80/ u:p@host",
        "https://u:@host | https://u:@host",
      })
  void shouldFindPasswordsOfUrls(String text, String left) {
    assertEquals(left, found(BuiltinRule.URL_PASSWORD, text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Authorization: Bearer abc.def-123 | Authorization: Bearer *",
        "authorization=Basic dXNlcjpwYXNz, x | authorization=Basic *, x",
        "{\"Authorization\":\"Splunk 11-22\"} | {\"Authorization\":\"*\"}",
        "Authorization: abc123 | Authorization: *",
        "Authorization: hunter two | Authorization: *",
        "sent BEARER eyJhbGciOi.J9.sig= ok | sent BEARER * ok",
        "got Bearer mysecrettoken from | got Bearer * from",
        "Basic QWxhZGRpbjpvcGVu | Basic *",
        "api_key=abc&x=1 | api_key=*&x=1",
        "X-API-Key: abc | X-API-Key: *",
        "token=abc;access_token='x y' | token=*;access_token='*'",
        "client_secret = abc, password=\"p\" pwd=1 | client_secret = *, password=\"*\" pwd=*",
        "said {\"token\": \"abc\",\\\"password\\\":\\\"def\\\"} | said {\"token\": \"*\",\\\"password\\\":\\\"*\\\"}",
        "Bearer authentication, basic training needed | Bearer authentication, basic training needed",
        "unexpected token: foo; if (token == null) monkey=1 | unexpected token: foo; if (token == null) monkey=1",
        "token= , forbearer abcdefgh, at 10:00:00 | token= , forbearer abcdefgh, at 10:00:00",
      })
  void shouldFindCredentials(String text, String left) {
    assertEquals(left, found(BuiltinRule.BEARER, text));
  }

  /** What stands in quotes is a secret to the end of it, and so is a header; ~ is a line feed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      value = {
        "Authorization: Digest username=\"joe\", realm=\"r\", response=\"deadbeefcafe\" § Authorization: *",
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIA/2026, SignedHeaders=host, Signature=fe5f80 § Authorization: *",
        "Authorization: Token token=abc, nonce=def § Authorization: *",
        "authorization=Digest a, b~Host: x § authorization=*~Host: x",
        "-H 'Authorization: Digest a=\"b\", c' -H \"Proxy-Authorization: x y\" z § -H 'Authorization: *' -H \"Proxy-Authorization: *\" z",
        "\\\"authorization\\\":\\\"Digest a=\\\\\\\"b\\\\\\\", c\\\",\\\"x\\\":1 § \\\"authorization\\\":\\\"*\\\",\\\"x\\\":1",
        "{\"authorization\":null,\"x\":1} \"authorization\": Digest a b § {\"authorization\":*,\"x\":1} \"authorization\": *",
        "{\"authorization\":\"Bearer abc d\",\"x\":1} Authorization: Basic abc, x § {\"authorization\":\"Bearer *\",\"x\":1} Authorization: Basic *, x",
        "{\"authorization\":\"Bearer\",\"x\":\"Basic\"} § {\"authorization\":\"Bearer\",\"x\":\"Basic\"}",
        "\"password\": \"hun ter2\" § \"password\": \"*\"",
        "password=\"correct horse battery staple\" x § password=\"*\" x",
        "secret='a b c' x § secret='*' x",
        "{\"password\":\"a\\\"b c\",\"x\":1} § {\"password\":\"*\",\"x\":1}",
        "{\"password\":\"a\\\\\",\"x\":1} § {\"password\":\"*\",\"x\":1}",
        "{\\\"password\\\":\\\"a\\\\\\\"b c\\\",\\\"x\\\":1} § {\\\"password\\\":\\\"*\\\",\\\"x\\\":1}",
        "secret=\"a~b c\" x § secret=\"*\" x",
        "secret=\"a b~c § secret=\"*~c",
        "token: abc123 | secret: s3 | Password: pw4 | X-Auth-Token: t5 § token: * | secret: * | Password: * | X-Auth-Token: *",
        "Token::new password: ~x pwd: § Token::new password: ~x pwd:",
        "password='[redacted:email] x' y § password='*' y",
      })
  void shouldFindCredentialsToTheirEnd(String line, String left) {
    String text = line.replace('~', '\n');
    assertEquals(left.replace('~', '\n'), found(BuiltinRule.BEARER, text));
    String once = ALL.text(text);
    assertSame(once, ALL.text(once), once);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://ann:s3cret@example.com/?token=abc&m=bob@example.com",
        "Authorization: Bearer 4111111111111111",
        "password=ann@example.com 5500 0000 0000 0004",
      })
  void shouldFindNothingASecondTime(String text) {
    String once = ALL.text(text);
    assertSame(once, ALL.text(once), once);
  }

  @Test
  void shouldTellAPasswordFromAnAddress() {
    assertEquals(
        "https://ann:[redacted:url_password]@example.com [redacted:email]",
        ALL.text("https://ann:pw@example.com pw@example.com"));
  }

  @Test
  void shouldCountWhatIsReplaced() {
    Redaction redaction =
        new Redaction(List.of(BuiltinRule.EMAIL.rule(), BuiltinRule.BEARER.rule()), List.of());
    redaction.text("a@b.io, c@d.io");
    assertEquals(2, redaction.counts().get("email").getAsLong());
    assertEquals(0, redaction.counts().get("bearer").getAsLong());
  }

  @ParameterizedTest
  @EnumSource(BuiltinRule.class)
  void shouldTakeTimeLinearToTheText(BuiltinRule rule) {
    String[] parts = {
      "@",
      "a@",
      "%40",
      "a%40.",
      "4",
      "4 ",
      "4111 ",
      "4111-",
      "://",
      "://a:",
      "a:b@",
      "=",
      "token=",
      "token",
      "\"token\":",
      "Authorization:",
      "Authorization: Bearer ",
      "Bearer ",
      "Basic ",
      "-",
      "authorization",
      "' ",
      "asic",
      "a ",
      "bearer=",
      "token='",
      "token: ",
      "token=\"",
      "token=\"\n",
      "token=\\\"a\\\\\"",
      "token=\"[redacted:\"",
      "token=\\",
      "\\",
      "Authorization: Digest a\n",
      "Authorization: Bearer a ",
      "\"Authorization: Basic ",
      "\"Authorization: Digest ",
      "'Authorization\": ",
      "Authorization=\\\"",
    };
    for (String part : parts) {
      String text = part.repeat((1 << 19) / part.length());
      assertTimeoutPreemptively(Duration.ofSeconds(3), () -> found(rule, text), part);
    }
  }
}
