package io.logagg.filter;

import io.logagg.filter.Field.Metadata;
import io.logagg.filter.Match.Bound;
import io.logagg.filter.Match.Equal;
import io.logagg.filter.Match.Exists;
import io.logagg.filter.Match.Pattern;
import io.logagg.filter.Match.Range;
import io.logagg.filter.Match.Value;
import java.math.BigDecimal;
import java.util.List;

/** What is asked of a value in the metadata, as SQL. */
final class MetadataSql {
  /** Shorter parts stand in too many records. */
  private static final int MIN_PLAIN_CHARS = 3;

  private final Sql sql;

  MetadataSql(Sql sql) {
    this.sql = sql;
  }

  /** Adds it, as several conditions with AND between. */
  void add(Metadata field, Match match) {
    addNeedle(field, match);
    if (match instanceof Exists) {
      List<List<String>> places = field.places();
      for (int i = 0; i < places.size(); i++) {
        sql.add(i == 0 ? "(" : " OR ").add(text(places.get(i))).add(" IS NOT NULL");
      }
      sql.add(")");
      return;
    }
    String test = scalar("s", match);
    // OFFSET 0 keeps PostgreSQL from reading the document anew for every mention of the value.
    sql.add("coalesce((SELECT CASE s.type WHEN 'object' THEN false WHEN 'array' THEN EXISTS (")
        .add("SELECT FROM json_array_elements(s.value) e(value), LATERAL (SELECT e.value, ")
        .add("json_typeof(e.value) AS type, e.value #>> '{}' AS text OFFSET 0) s ")
        .add("WHERE s.type NOT IN ('object', 'array') AND ")
        .add(test)
        .add(") ELSE ")
        .add(test)
        .add(" END FROM (SELECT v.value, json_typeof(v.value) AS type, v.value #>> '{}' AS text ")
        .add("FROM (SELECT ")
        .add(value(field))
        .add(" AS value OFFSET 0) v OFFSET 0) s), false)");
  }

  /** The value that counts, as json; null or {@code 'null'} if there is none. */
  private String value(Metadata field) {
    List<List<String>> places = field.places();
    if (places.size() == 1) {
      return steps(places.get(0), "->");
    }
    StringBuilder choice = new StringBuilder("CASE");
    for (List<String> keys : places) {
      choice.append(" WHEN ").append(text(keys)).append(" IS NOT NULL THEN ");
      choice.append(steps(keys, "->"));
    }
    return choice.append(" END").toString();
  }

  private String text(List<String> keys) {
    return steps(keys, "->>");
  }

  /** One step at a time: {@code #>} would look into all of several equal keys. */
  private String steps(List<String> keys, String last) {
    StringBuilder steps = new StringBuilder("l.metadata_");
    for (int i = 0; i < keys.size(); i++) {
      steps.append(i == keys.size() - 1 ? " " + last + " " : " -> ");
      steps.append(sql.parameter(keys.get(i))).append("::text");
    }
    return "(" + steps + ")";
  }

  /** What is asked of a value that is neither an object nor an array. */
  private String scalar(String row, Match match) {
    String text = row + ".text";
    if (match instanceof Equal equal) {
      String same = new ConditionSql(sql).text(text, match);
      BigDecimal number = NumberText.parse(equal.value());
      return number == null
          ? same
          : "("
              + same
              + " OR CASE WHEN "
              + row
              + ".type = 'number' AND "
              + isNumber(text)
              + " THEN "
              + text
              + "::numeric = "
              + numeric(number)
              + " ELSE false END)";
    }
    if (match instanceof Range range) {
      return range.kind() instanceof Value.Decimal
          ? "CASE WHEN "
              + isNumber(text)
              + " THEN "
              + ConditionSql.within(text + "::numeric", range, this::number)
              + " ELSE false END"
          : "CASE WHEN "
              + text
              + " ~ '"
              + TimeText.REGEX
              + "' THEN "
              + new ConditionSql(sql).times(time(text), range)
              + " ELSE false END";
    }
    return new ConditionSql(sql).text(text, match);
  }

  private static String isNumber(String text) {
    return "length("
        + text
        + ") <= "
        + NumberText.MAX_CHARS
        + " AND "
        + text
        + " ~ '"
        + NumberText.REGEX
        + "'";
  }

  private String number(Bound bound) {
    return numeric(((Value.Decimal) bound.value()).value());
  }

  private String numeric(BigDecimal number) {
    return sql.parameter(number.toString()) + "::text::numeric";
  }

  /** PostgreSQL would round the seventh digit, and refuses long ones. */
  private static String time(String text) {
    return "upper(regexp_replace(" + text + ", '(\\.[0-9]{6})[0-9]+', '\\1'))::timestamptz";
  }

  /**
   * A part of the document that there must be, whatever place the value is in: to look for it costs
   * a fraction of reading the document. Only characters that JSON can write in no other way than by
   * number count.
   */
  private void addNeedle(Metadata field, Match match) {
    String needle = "";
    if (match instanceof Equal equal && NumberText.parse(equal.value()) == null) {
      needle = longestPlain(equal.value());
    } else if (match instanceof Pattern pattern) {
      for (String piece : pattern.pieces()) {
        String plain = longestPlain(piece);
        needle = plain.length() > needle.length() ? plain : needle;
      }
    }
    if (needle.length() < MIN_PLAIN_CHARS) {
      String key = field.path().get(field.path().size() - 1);
      String plain = longestPlain(key);
      needle = plain.equals(key) ? key + "\"" : plain;
    }
    if (needle.length() >= MIN_PLAIN_CHARS) {
      sql.add("(l.metadata_::text LIKE ")
          .bind("%" + FilterSql.escapeLike(needle) + "%")
          .add(" OR l.metadata_::text LIKE '%\\\\u%') AND ");
    }
  }

  static String longestPlain(String text) {
    String longest = "";
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) < ' ' || "\"\\/".indexOf(text.charAt(i)) >= 0) {
        if (i - from > longest.length()) {
          longest = text.substring(from, i);
        }
        from = i + 1;
      }
    }
    return longest;
  }
}
