package io.logagg.bench;

import java.util.List;

/**
 * One protocol, as an agent would speak it to us.
 *
 * @param path of the route; empty for a socket without HTTP, of which {@code portVariable} names
 *     the setting
 * @param contentType of the body
 * @param body made of records
 */
record WireFormat(String name, String path, String contentType, String portVariable, Body body) {
  /** Writes a body. */
  interface Body {
    byte[] of(List<WireRecord> records);
  }

  static WireFormat http(String name, String path, String contentType, Body body) {
    return new WireFormat(name, path, contentType, "", body);
  }

  static WireFormat socket(String name, String portVariable, Body body) {
    return new WireFormat(name, "", "", portVariable, body);
  }

  boolean isSocket() {
    return path.isEmpty();
  }
}
