package io.logagg.cli.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A path of the API with its parameters.
 *
 * @param text as it stands in a request
 */
public record Address(String text) {
  /** The same with one more parameter; without it if there is no value. */
  public Address with(String name, @Nullable String value) {
    if (value == null) {
      return this;
    }
    return new Address(text + (text.indexOf('?') < 0 ? '?' : '&') + name + '=' + encoded(value));
  }

  /** The same with one more parameter for each value. */
  public Address with(String name, Collection<String> values) {
    Address all = this;
    for (String value : values) {
      all = all.with(name, value);
    }
    return all;
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
