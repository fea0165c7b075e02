package io.logagg.config;

import io.netty.util.NetUtil;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a text value may look like, and how much of a wrong one may be shown. */
enum TextShape {
  HOST("host name or IP address"),
  NAME("text, 1 to 256 characters"),
  PATH("path"),
  ORIGIN("* or origins"),
  FIELD("names or dotted paths, 1 to 128 characters"),
  CONSTANT("name=value"),
  REDACTION("email, credit_card, bearer, url_password"),
  PATTERN("name=regular expression, 1 to 512 characters"),
  LOG_LEVEL("INFO, WARN or ERROR"),
  ZONE("time zone"),
  SECRET("text of at least 15 characters, without spaces"),
  HTTP_URL("http:// or https:// URL"),
  POSTGRES_URL("postgresql:// URL"),
  REDIS_URL("redis:// or rediss:// URL");

  private static final int SHOWN_CHARACTERS_MAX = 80;
  private static final int NAME_CHARACTERS_MAX = 256;
  private static final int FIELD_CHARACTERS_MAX = 128;
  private static final int PATH_CHARACTERS_MAX = 4096;
  private static final Pattern HOST_NAME =
      Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?");
  private static final Pattern ORIGIN_SYNTAX =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^\\s/?#@,*]+");
  // Printable ASCII: the key travels in an HTTP header. Shorter ones can be guessed (NIST SP
  // 800-63B-4,
  // 3.1.1.2).
  private static final Pattern HEADER_TOKEN = Pattern.compile("[\\x21-\\x7e]{15,512}");

  private static final Pattern HTTP_URL_SYNTAX =
      Pattern.compile(
          "https?://([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?");
  private static final Pattern CONSTANT_SYNTAX =
      Pattern.compile("[^=\\s\\p{Cntrl}][^=\\p{Cntrl}]{0,127}=[^\\p{Cntrl}]{1,256}");
  private static final Pattern PATTERN_SYNTAX =
      Pattern.compile("[a-z0-9_]{1,32}=.{1,512}", Pattern.DOTALL);
  private static final Set<String> REDACTIONS =
      Set.of("email", "credit_card", "bearer", "url_password");
  // What is below would tell of the storing of the lines themselves.
  private static final Set<String> LEVELS = Set.of("INFO", "WARN", "ERROR");

  /** A few words for the table of keys. */
  final String summary;

  TextShape(String summary) {
    this.summary = summary;
  }

  /** What would be right instead of this text, or null if it is right. */
  @Nullable String fault(String text) {
    return switch (this) {
      case HOST -> hostFault(text);
      case NAME -> nameFault(text);
      case PATH -> pathFault(text);
      case ORIGIN -> originFault(text);
      case FIELD -> fieldFault(text);
      case CONSTANT -> constantFault(text);
      case REDACTION ->
          REDACTIONS.contains(text)
              ? null
              : "must be a list of email, credit_card, bearer or url_password";
      case PATTERN -> patternFault(text);
      case LOG_LEVEL -> LEVELS.contains(text) ? null : "must be INFO, WARN or ERROR";
      case ZONE -> zoneFault(text);
      case SECRET -> secretFault(text);
      case HTTP_URL -> httpUrlFault(text);
      case POSTGRES_URL -> BackendUrl.postgresFault(text);
      case REDIS_URL -> BackendUrl.redisFault(text);
    };
  }

  /** The text as it may be printed: on one line, not too long, without secrets. */
  String shown(String text) {
    return switch (this) {
      case HOST, NAME, PATH, ORIGIN, FIELD, CONSTANT, REDACTION, PATTERN, LOG_LEVEL, ZONE ->
          quoted(text);
      case SECRET -> BackendUrl.MASK;
      case HTTP_URL -> holdsMore(text) ? BackendUrl.MASK : quoted(BackendUrl.redactedUrl(text));
      case POSTGRES_URL, REDIS_URL -> quoted(BackendUrl.redactedUrl(text));
    };
  }

  /** Whether a value of the wrong type may be shown. */
  boolean isSecret() {
    return this == SECRET || this == HTTP_URL || this == POSTGRES_URL || this == REDIS_URL;
  }

  static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.codePoints()
        .limit(SHOWN_CHARACTERS_MAX)
        .map(c -> Character.isISOControl(c) ? '?' : c)
        .forEach(out::appendCodePoint);
    return out.append(text.codePointCount(0, text.length()) > SHOWN_CHARACTERS_MAX ? "…\"" : "\"")
        .toString();
  }

  private static @Nullable String hostFault(String text) {
    return HOST_NAME.matcher(text).matches()
            || (NetUtil.isValidIpV6Address(text) && !text.startsWith("["))
        ? null
        : "must be a host name or an IP address, without scheme, port or brackets";
  }

  private static @Nullable String nameFault(String text) {
    return isPlain(text, NAME_CHARACTERS_MAX)
        ? null
        : "must be 1 to %d characters, not blank, no control characters"
            .formatted(NAME_CHARACTERS_MAX);
  }

  private static @Nullable String fieldFault(String text) {
    boolean isPath = !text.startsWith(".") && !text.endsWith(".") && !text.contains("..");
    return isPlain(text, FIELD_CHARACTERS_MAX) && isPath
        ? null
        : "must be a list of names or paths such as \"http.request_id\", 1 to %d characters each"
            .formatted(FIELD_CHARACTERS_MAX);
  }

  private static @Nullable String constantFault(String text) {
    return CONSTANT_SYNTAX.matcher(text).matches()
        ? null
        : "must be a list such as \"env=production\", the names 1 to 128, the values 1 to 256 characters";
  }

  private static @Nullable String patternFault(String text) {
    return PATTERN_SYNTAX.matcher(text).matches()
        ? null
        : "must be a list such as \"order=ORD-[0-9]{6}\": a name of 1 to 32 lower-case letters, digits and"
            + " underscores, and a regular expression of 1 to 512 characters";
  }

  private static @Nullable String pathFault(String text) {
    return isPlain(text, PATH_CHARACTERS_MAX)
        ? null
        : "must be a path, not blank, no control characters";
  }

  private static @Nullable String originFault(String text) {
    return text.equals("*") || ORIGIN_SYNTAX.matcher(text).matches()
        ? null
        : "must be a list of \"*\" or origins such as \"https://logs.example.com\", without a path or a slash at"
            + " the end";
  }

  private static @Nullable String zoneFault(String text) {
    try {
      ZoneId.of(text);
      return null;
    } catch (DateTimeException e) {
      return "must be a time zone such as \"UTC\" or \"Europe/Berlin\"";
    }
  }

  private static @Nullable String secretFault(String text) {
    return HEADER_TOKEN.matcher(text).matches()
        ? null
        : "must be 15 to 512 printable ASCII characters without spaces";
  }

  /** Beyond host and path: people put tokens there. */
  private static boolean holdsMore(String url) {
    return url.chars().anyMatch(c -> c == '@' || c == '?' || c == '#');
  }

  private static @Nullable String httpUrlFault(String text) {
    return HTTP_URL_SYNTAX.matcher(text).matches()
        ? null
        : "must be a URL such as http://localhost:4318, without user, query or fragment";
  }

  private static boolean isPlain(String text, int charactersMax) {
    return !text.isBlank()
        && text.length() <= charactersMax
        && text.chars().noneMatch(Character::isISOControl);
  }
}
