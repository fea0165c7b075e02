package io.logagg.http.analytics;

import io.logagg.query.Scanned;
import io.logagg.record.Timestamps;
import java.util.Map;

/** Says in an answer what it is of, where that is not all that matches. */
final class ScannedJson {
  private ScannedJson() {}

  static void put(Map<String, Object> body, Scanned scanned) {
    if (scanned.isApproximate()) {
      body.put("approximate", true);
      body.put("scanned", scanned.records());
      Long since = scanned.sinceMicros();
      if (since != null) {
        body.put("scanned_since", Timestamps.format(since));
      }
    }
  }
}
