package io.logagg.bench;

import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * Messages of a given length, of several forms and with numbers in them: a constant line would
 * compress far better than logs do. Not thread-safe.
 */
final class SampleMessages {
  private static final String[] THINGS = {
    "orders", "users", "carts", "items", "search", "login", "stock", "invoices", "payments", "mails"
  };
  private static final String[] METHODS = {"GET", "GET", "GET", "POST", "PUT", "DELETE"};
  private static final int[] STATUSES = {200, 200, 200, 200, 201, 204, 304, 400, 404, 500};

  private final SplittableRandom random;

  SampleMessages(SplittableRandom random) {
    this.random = random;
  }

  /** In ASCII, without a character that JSON escapes. */
  String next(int length) {
    StringBuilder text = new StringBuilder(length + 40).append(sentence());
    while (text.length() < length) {
      text.append(" span=").append(HexFormat.of().toHexDigits(random.nextInt()));
      text.append(" worker-").append(random.nextInt(32));
    }
    text.setLength(length);
    return text.toString();
  }

  private String sentence() {
    return switch (random.nextInt(7)) {
      case 0, 1, 2 -> request();
      case 3 ->
          "cache miss for " + thing() + ":" + number(1_000_000) + ", loaded in " + number(900);
      case 4 -> "payment " + number(10_000_000) + " of order " + number(10_000_000) + " authorised";
      case 5 -> "connection from " + address() + " closed after " + number(500) + " requests, idle";
      default ->
          "query on " + thing() + " took " + number(400) + " ms and returned " + number(5000);
    };
  }

  private String request() {
    return METHODS[random.nextInt(METHODS.length)]
        + " /api/v1/"
        + thing()
        + "/"
        + number(1_000_000)
        + " answered "
        + STATUSES[random.nextInt(STATUSES.length)]
        + " in "
        + number(300)
        + " ms for user "
        + number(100_000);
  }

  private String address() {
    return "10." + random.nextInt(4) + "." + random.nextInt(256) + "." + random.nextInt(256);
  }

  private String thing() {
    return THINGS[random.nextInt(THINGS.length)];
  }

  private int number(int bound) {
    return random.nextInt(bound);
  }
}
