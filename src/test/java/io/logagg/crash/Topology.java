package io.logagg.crash;

import java.util.List;
import java.util.Map;

/** Which processes there are. */
enum Topology {
  ONE,
  TWO,
  /** One that only takes records in, or stores them itself while Redis is away; one that drains. */
  SPLIT;

  /** What sets each process apart from one with every role. */
  List<Map<String, String>> processes() {
    return switch (this) {
      case ONE -> List.of(Map.of());
      case TWO -> List.of(Map.of(), Map.of());
      case SPLIT ->
          List.of(Map.of("LOGAGG_CONSUMER_INSTANCES", "0"), Map.of("LOGAGG_HTTP_INSTANCES", "0"));
    };
  }

  static boolean servesHttp(Map<String, String> process) {
    return !"0".equals(process.get("LOGAGG_HTTP_INSTANCES"));
  }
}
