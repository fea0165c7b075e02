package io.logagg.config;

import io.vertx.pgclient.PgConnectOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The syntax of the URLs of PostgreSQL and Redis, and how to print them without a password. */
public final class BackendUrl {
  static final String MASK = "***";

  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://");
  private static final Pattern PASSWORD_PARAMETER =
      Pattern.compile("([?&][^=&]*password[^=&]*=)[^&]*", Pattern.CASE_INSENSITIVE);
  // Where the host was forgotten, a password stands in the place of the port.
  private static final Pattern HOST_AND_NO_PORT =
      Pattern.compile("^(\\[[^\\]]*]|[^:/?#\\[]*):(?!\\d{1,5}([/?#]|$)).*", Pattern.DOTALL);
  private static final Pattern DATABASE_NUMBER = Pattern.compile("\\d{1,5}");
  private static final Set<String> SSL_MODES =
      Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  private static final String POSTGRES_FORM =
      "must be postgresql://user:password@host:5432/database?sslmode=prefer, special characters in user, password"
          + " and database percent-encoded";
  private static final String REDIS_FORM =
      "must be redis://user:password@host:6379/0 or rediss://…, special characters in user and password"
          + " percent-encoded, no underscore in the host";

  private BackendUrl() {}

  /**
   * The URL without its password, be it before the host or a parameter such as {@code password=}.
   * Meant for anything that is printed, malformed text included: in doubt it hides too much, and
   * text that is no URL at all (it may be a list of {@code password=…} settings) is hidden whole.
   */
  public static String redactedUrl(String url) {
    Matcher scheme = SCHEME.matcher(url);
    if (!scheme.lookingAt()) {
      return MASK;
    }
    String rest = PASSWORD_PARAMETER.matcher(url.substring(scheme.end())).replaceAll("$1" + MASK);
    // The last @, not the first one: a password that should have been percent-encoded may hold one.
    int at = rest.lastIndexOf('@');
    if (at < 0) {
      return scheme.group() + HOST_AND_NO_PORT.matcher(rest).replaceFirst("$1:" + MASK);
    }
    int colon = rest.indexOf(':');
    String user;
    if (colon >= 0 && colon < at) {
      user = rest.substring(0, colon) + ":" + MASK;
    } else {
      // People write redis://password@host; a lone user of PostgreSQL is no secret.
      boolean redis = scheme.group(1).toLowerCase(Locale.ROOT).startsWith("redis");
      user = redis ? MASK : rest.substring(0, at);
    }
    return scheme.group() + user + rest.substring(at);
  }

  /** What is wrong with a URL of PostgreSQL, or null. */
  static @Nullable String postgresFault(String url) {
    if (!url.startsWith("postgresql://") && !url.startsWith("postgres://")) {
      return "must start with postgresql:// or postgres://";
    }
    for (String parameter : parameters(url)) {
      if (parameter.toLowerCase(Locale.ROOT).startsWith("sslmode=")
          && !SSL_MODES.contains(parameter.substring("sslmode=".length()))) {
        return "sslmode must be one of disable, allow, prefer, require, verify-ca, verify-full";
      }
    }
    try {
      // The client itself has the last word: what it refuses would only fail later, and less
      // clearly.
      PgConnectOptions.fromUri(url);
      return null;
    } catch (RuntimeException e) {
      return POSTGRES_FORM; // The client's own message may hold parts of the password.
    }
  }

  /** What is wrong with a URL of Redis, or null. */
  static @Nullable String redisFault(String url) {
    if (!url.startsWith("redis://") && !url.startsWith("rediss://")) {
      return "must start with redis:// or rediss://";
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      return REDIS_FORM; // The exception's message holds the whole URL.
    }
    if (uri.getHost() == null || uri.getFragment() != null) {
      return REDIS_FORM;
    }
    if (uri.getPort() == 0 || uri.getPort() > 65535) {
      return "the port must be from 1 to 65535";
    }
    List<String> databases = new ArrayList<>();
    String path = uri.getPath();
    if (path.length() > 1) {
      databases.add(path.substring(1));
    }
    for (String parameter : parameters(url)) {
      if (parameter.startsWith("db=")) {
        databases.add(parameter.substring("db=".length()));
      }
    }
    return databases.stream().allMatch(db -> DATABASE_NUMBER.matcher(db).matches())
        ? null
        : "the path must be a database number, such as /0";
  }

  private static List<String> parameters(String url) {
    int question = url.indexOf('?');
    return question < 0 ? List.of() : List.of(url.substring(question + 1).split("&", -1));
  }
}
