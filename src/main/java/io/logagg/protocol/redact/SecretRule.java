package io.logagg.protocol.redact;

import java.util.List;

/** One kind of secret. Thread-safe. */
public interface SecretRule {
  /** As the replacement and the metric name it. */
  String name();

  /** All secrets of this kind, in the order of the text, none over another; empty for none. */
  List<Span> find(String text);

  /** Whether a field of that name is one, if it is a text, whatever it says. */
  default boolean isOfSecret(String field) {
    return false;
  }
}
