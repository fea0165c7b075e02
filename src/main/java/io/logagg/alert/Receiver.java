package io.logagg.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where notifications go. Its text form tells no secret.
 *
 * @param url http or https; a secret, since people put tokens there
 * @param authorization the header of that name; a secret; null for none
 */
public record Receiver(String name, Kind kind, URI url, @Nullable String authorization) {
  /** All that a receiver may have. */
  public static final Set<String> FIELDS = Set.of("name", "kind", "url", "authorization");

  private static final int MAX_NAME_CHARS = 200;
  private static final int MAX_URL_CHARS = 2000;

  /** In which form it is told. */
  public enum Kind {
    /** Our own JSON. */
    WEBHOOK,
    /** Slack's incoming webhooks, and what takes the same. */
    SLACK,
    /** Alerts of Alertmanager's API, version 2. */
    ALERTMANAGER;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** How it is written outside the program. */
    public String code() {
      return code;
    }

    /** The kind that is written so. */
    public static Kind of(String code) {
      return valueOf(code.toUpperCase(Locale.ROOT));
    }
  }

  /**
   * Reads a receiver.
   *
   * @param before what it was, whose secrets stay where none are given; null for a new one
   * @param errors gets what is wrong, by field; if it gets nothing, the receiver is right
   */
  public static Receiver read(
      ObjectNode json, @Nullable Receiver before, Map<String, String> errors) {
    Fields fields = new Fields(json, errors);
    fields.only(FIELDS);
    String name =
        before == null || json.has("name") ? fields.name("name", MAX_NAME_CHARS) : before.name();
    Kind kind =
        before == null || json.has("kind")
            ? fields.oneOf("kind", List.of(Kind.values()), Kind::code)
            : before.kind();
    URI url = before == null || json.has("url") ? url(fields) : before.url();
    String authorization =
        before == null || json.has("authorization")
            ? fields.text("authorization", 1000)
            : before.authorization();
    if (authorization != null && !authorization.matches("[\\x21-\\x7e][\\x20-\\x7e]*")) {
      fields.error("authorization", "must be printable ASCII, such as Bearer and a token");
    }
    return new Receiver(name, kind, url, authorization);
  }

  private static URI url(Fields fields) {
    String text = fields.text("url", MAX_URL_CHARS);
    if (text != null) {
      try {
        URI url = new URI(text);
        boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (isHttp
            && url.getHost() != null
            && url.getRawUserInfo() == null
            && url.getRawFragment() == null) {
          return url;
        }
      } catch (URISyntaxException e) {
        // Said below, and not what the parser says: it quotes the URL.
      }
    }
    fields.error("url", "must be an http:// or https:// URL with a host, without user or fragment");
    return URI.create("http://invalid.invalid/");
  }

  /** What may be shown of the URL. */
  public String shownUrl() {
    return url.getScheme() + "://" + url.getRawAuthority() + "/…";
  }

  /** What is called: of an address of an Alertmanager alone, its API. */
  public String target() {
    String path = url.getRawPath();
    String query = url.getRawQuery();
    boolean isBare = path == null || path.isEmpty() || path.equals("/");
    String whole = isBare ? (kind == Kind.ALERTMANAGER ? "/api/v2/alerts" : "/") : path;
    return query == null ? whole : whole + "?" + query;
  }

  /** Where it listens. */
  public int port() {
    return url.getPort() > 0 ? url.getPort() : isTls() ? 443 : 80;
  }

  public boolean isTls() {
    return "https".equals(url.getScheme());
  }

  /** Without the brackets of an IPv6 address. */
  public String host() {
    String host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public String toString() {
    return "Receiver[" + name + ", " + kind.code() + ", " + shownUrl() + "]";
  }
}
