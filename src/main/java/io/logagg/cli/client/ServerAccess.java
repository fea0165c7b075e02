package io.logagg.cli.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which server, and how to get in.
 *
 * @param base its URL, without a slash at the end
 * @param key an API key; null for none
 * @param ca certificates to trust instead of the JDK's, as PEM; null for those
 * @param timeoutMs how long the server may keep silent
 */
public record ServerAccess(String base, @Nullable String key, @Nullable Path ca, long timeoutMs) {
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  /**
   * The URL of a server as people write it.
   *
   * @throws ClientException if it is none
   */
  public static String base(String written) {
    String url = written.contains("://") ? written : "http://" + written;
    while (url.endsWith("/")) {
      url = url.substring(0, url.length() - 1);
    }
    try {
      URI uri = new URI(url);
      boolean isHttp = "http".equalsIgnoreCase(uri.getScheme()) || isHttps(uri);
      if (isHttp
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getQuery() == null
          && uri.getFragment() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Said below, without the reason: the text may hold a password.
    }
    throw ClientException.usage(
        "--server must be a URL such as http://127.0.0.1:8000, without a user or password in it");
  }

  private static boolean isHttps(URI uri) {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  /** Whether the way to the server is encrypted. */
  boolean isEncrypted() {
    return isHttps(URI.create(base));
  }

  /** Whether the server is on this machine, so that bytes cost next to nothing on their way. */
  public boolean isLocal() {
    String host = URI.create(base).getHost();
    return host != null && LOOPBACK.contains(host);
  }
}
