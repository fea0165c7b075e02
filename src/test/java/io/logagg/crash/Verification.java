package io.logagg.crash;

import io.logagg.crash.Ledger.State;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts the ledgers of a round against what PostgreSQL holds. For one use, by one thread. */
final class Verification {
  private static final int MAX_TOLD = 10;
  private static final int FETCH_ROWS = 10_000;
  private static final Pattern BAD_NAME =
      Pattern.compile(Batch.BAD_MARK + "([a-z0-9_-]+):([0-9]+)\\|");

  private static final String WRONG_ROLLUPS =
      """
      SELECT a.name || ' ' || minute || ' ' || level || ' ' || service || ': off by ' || sum(n) FROM (
        SELECT * FROM rollups UNION ALL SELECT * FROM rollup_deltas
        UNION ALL SELECT date_trunc('minute', "timestamp", 'UTC'), app_id, level, service, -1 FROM logs
      ) AS counts JOIN apps a ON a.id = counts.app_id
      GROUP BY a.name, minute, level, service HAVING sum(n) <> 0""";

  private final boolean mayBeDamaged;
  private final Map<String, Counts> producers = new HashMap<>();
  private final Map<Finding, List<String>> findings = new EnumMap<>(Finding.class);
  private final Map<Finding, Long> totals = new EnumMap<>(Finding.class);
  private long stored;
  private long deadLetters;
  private long damaged;

  private enum Finding {
    LOST("acknowledged, not stored"),
    TWICE("stored more than once"),
    REFUSED_STORED("refused, yet stored"),
    BAD_STORED("bad, yet stored"),
    STRANGE_ROW("a row that nobody sent"),
    BAD_LOST("bad and acknowledged, no dead letter"),
    BAD_TWICE("more than one dead letter"),
    STRANGE_LETTER("a dead letter that nobody sent"),
    ROLLUP("the rollups differ from the rows");

    private final String text;

    Finding(String text) {
      this.text = text;
    }
  }

  /** How often each record of a producer was found. */
  private static final class Counts {
    private final Ledger ledger;
    private final byte[] rows;
    private final byte[] letters;

    Counts(Ledger ledger) {
      this.ledger = ledger;
      this.rows = new byte[ledger.count()];
      this.letters = new byte[ledger.count()];
    }
  }

  /**
   * @param ledgers of all whose records the tables hold
   * @param mayBeDamaged whether noise went to Redis
   */
  Verification(List<Ledger> ledgers, boolean mayBeDamaged) {
    this.mayBeDamaged = mayBeDamaged;
    for (Ledger ledger : ledgers) {
      producers.put(ledger.producer(), new Counts(ledger));
    }
  }

  Verdict run(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(FETCH_ROWS);
      countRows(statement);
      countLetters(statement);
      compareRollups(statement);
    }
    producers.values().forEach(this::compare);
    List<String> told = new ArrayList<>();
    findings.forEach(
        (kind, first) ->
            told.add("%s: %d, such as %s".formatted(kind.text, totals.get(kind), first)));
    return new Verdict(
        sum(State.ACKNOWLEDGED),
        sum(State.UNKNOWN),
        sum(State.REFUSED),
        stored,
        total(Finding.LOST),
        total(Finding.TWICE),
        total(Finding.REFUSED_STORED),
        deadLetters,
        damaged,
        told);
  }

  private long sum(State state) {
    return producers.values().stream().mapToLong(p -> p.ledger.countOf(state, false)).sum();
  }

  private long total(Finding finding) {
    return totals.getOrDefault(finding, 0L);
  }

  private void find(Finding kind, String what) {
    totals.merge(kind, 1L, Long::sum);
    List<String> first = findings.computeIfAbsent(kind, k -> new ArrayList<>());
    if (first.size() < MAX_TOLD) {
      first.add(what);
    }
  }

  private void countRows(Statement statement) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT a.name, l.message FROM logs l JOIN apps a ON a.id = l.app_id")) {
      while (rows.next()) {
        stored++;
        String app = rows.getString(1);
        String message = rows.getString(2);
        int colon = message.lastIndexOf(':');
        Counts counts = producers.get(app);
        if (counts == null
            || colon < 0
            || !message.substring(0, colon).equals(app)
            || !increment(counts.rows, message.substring(colon + 1))) {
          find(Finding.STRANGE_ROW, app + " " + message);
        }
      }
    }
  }

  private void countLetters(Statement statement) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery("SELECT payload, reason, source, first_seen FROM dead_letters")) {
      while (rows.next()) {
        String payload = new String(rows.getBytes(1), StandardCharsets.UTF_8);
        if (isDamage(rows.getString(2), rows.getString(3))) {
          damaged++;
          continue; // Its sender sent it again; a name may still stand in it.
        }
        Matcher name = BAD_NAME.matcher(payload);
        Counts counts = name.find() ? producers.get(name.group(1)) : null;
        if (counts != null && increment(counts.letters, name.group(2))) {
          deadLetters++;
        } else {
          find(
              Finding.STRANGE_LETTER,
              "%s %s %s: %s"
                  .formatted(
                      rows.getString(4), rows.getString(3), rows.getString(2), shortened(payload)));
        }
      }
    }
  }

  /** An entry into which the proxy put noise; its sender was told of no success. */
  private boolean isDamage(String reason, String source) {
    return mayBeDamaged
        && (source.equals("stream")
            || reason.startsWith("an entry of the dead letters that cannot be read"));
  }

  private static String shortened(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  private static boolean increment(byte[] counts, String sequence) {
    try {
      int index = Integer.parseInt(sequence);
      if (index >= counts.length) {
        return false;
      }
      counts[index] = (byte) Math.min(100, counts[index] + 1);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private void compareRollups(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery(WRONG_ROLLUPS)) {
      while (rows.next()) {
        find(Finding.ROLLUP, rows.getString(1));
      }
    }
  }

  private void compare(Counts counts) {
    Ledger ledger = counts.ledger;
    for (int i = 0; i < ledger.count(); i++) {
      String name = "%s:%d (%s)".formatted(ledger.producer(), i, ledger.state(i));
      if (ledger.isBad(i)) {
        compareBad(ledger.state(i), counts.rows[i], counts.letters[i], name);
      } else {
        compareGood(ledger, i, counts.rows[i], name);
      }
    }
  }

  private void compareGood(Ledger ledger, int sequence, int rows, String name) {
    State state = ledger.state(sequence);
    if (rows > 1) {
      find(Finding.TWICE, name);
    } else if (state == State.ACKNOWLEDGED && rows == 0) {
      find(Finding.LOST, name + ", " + ledger.answer(sequence));
    } else if (state == State.REFUSED && rows > 0) {
      find(Finding.REFUSED_STORED, name);
    }
  }

  private void compareBad(State state, int rows, int letters, String name) {
    if (rows > 0) {
      find(Finding.BAD_STORED, name);
    }
    if (letters > 1) {
      find(Finding.BAD_TWICE, name);
    } else if (state == State.ACKNOWLEDGED && letters == 0) {
      find(Finding.BAD_LOST, name);
    } else if (state == State.REFUSED && letters > 0) {
      find(Finding.REFUSED_STORED, name);
    }
  }
}
