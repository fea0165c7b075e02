package io.logagg.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Texts of the form {@code name=value}. */
final class Pairs {
  private Pairs() {}

  /** Values by name, in their order; of equal names the last. */
  static Map<String, String> of(List<String> texts) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String text : texts) {
      int sign = text.indexOf('=');
      pairs.put(text.substring(0, sign), text.substring(sign + 1));
    }
    return pairs;
  }
}
