package io.logagg.seal;

import io.logagg.block.Trigrams;
import io.logagg.block.ValueFilter;
import io.logagg.filter.Condition;
import io.logagg.filter.Condition.And;
import io.logagg.filter.Condition.Or;
import io.logagg.filter.Condition.Test;
import io.logagg.filter.Field;
import io.logagg.filter.FieldValue;
import io.logagg.filter.LogFilter;
import io.logagg.filter.Match;
import io.logagg.filter.Match.Contains;
import io.logagg.filter.Match.Equal;
import io.logagg.filter.Match.Matches;
import io.logagg.filter.Match.Pattern;
import io.logagg.filter.Sql;
import io.logagg.record.Timestamps;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which blocks may have records that a filter means, as conditions on {@code blocks b}: what is
 * left out has none, what is not may have none either.
 */
public final class BlockConditions {
  /** More of a text say little more. */
  private static final int MAX_TRIGRAMS = 12;

  private BlockConditions() {}

  /** Adds each condition, with {@code AND} before it. */
  public static void add(Sql sql, LogFilter filter) {
    Long since = filter.sinceMicros();
    Long until = filter.untilMicros();
    if (since != null) {
      sql.add(" AND b.until >= ").bind(Timestamps.utc(since));
    }
    if (until != null) {
      sql.add(" AND b.since < ").bind(Timestamps.utc(until));
    }
    if (!filter.apps().isEmpty()) {
      sql.add(" AND b.apps && ARRAY(SELECT id FROM apps WHERE deleted_at IS NULL AND name = ANY(")
          .bind(filter.apps().toArray(String[]::new))
          .add("))");
    }
    if (!filter.levels().isEmpty()) {
      sql.add(" AND b.levels && ").bind(filter.levels().toArray(String[]::new)).add("::text[]");
    }
    Condition condition = filter.condition();
    String said = condition == null ? null : said(sql, condition);
    if (said != null) {
      sql.add(" AND " + said);
    }
  }

  /** What a condition says of a block; null if nothing. */
  private static @Nullable String said(Sql sql, Condition condition) {
    if (condition instanceof And and) {
      List<String> parts = new ArrayList<>();
      for (Condition part : and.parts()) {
        String said = said(sql, part);
        if (said != null) {
          parts.add(said);
        }
      }
      return parts.isEmpty() ? null : "(" + String.join(" AND ", parts) + ")";
    }
    if (condition instanceof Or or) {
      // Parameters that nobody mentions would have no type: what is said is found out first.
      return or.parts().stream().allMatch(BlockConditions::saysSomething)
          ? "("
              + String.join(
                  " OR ", or.parts().stream().map(part -> String.valueOf(said(sql, part))).toList())
              + ")"
          : null;
    }
    return condition instanceof Test test ? said(sql, test) : null;
  }

  private static boolean saysSomething(Condition condition) {
    return said(new Sql(), condition) != null;
  }

  private static @Nullable String said(Sql sql, Test test) {
    Match match = test.match();
    if (test.field() == Field.Column.MESSAGE) {
      return trigrams(sql, texts(match));
    }
    if (test.field() == Field.Column.LEVEL && match instanceof Equal equal) {
      return "b.levels && ARRAY[" + sql.parameter(equal.value()) + "::text]";
    }
    return test.field() instanceof Field.Metadata path && match instanceof Equal equal
        ? value(sql, String.join(".", path.path()), equal.value())
        : null;
  }

  /** All of which a message must have. */
  private static List<String> texts(Match match) {
    if (match instanceof Contains contains) {
      return List.of(contains.text());
    }
    if (match instanceof Equal equal) {
      return List.of(equal.value());
    }
    if (match instanceof Matches matches) {
      return matches.regex().requiredTexts();
    }
    return match instanceof Pattern pattern ? pattern.pieces() : List.of();
  }

  private static @Nullable String trigrams(Sql sql, List<String> texts) {
    Set<Integer> bits = new LinkedHashSet<>();
    texts.forEach(text -> bits.addAll(Trigrams.bits(text)));
    List<String> tests = new ArrayList<>();
    for (int bit : bits.stream().limit(MAX_TRIGRAMS).toList()) {
      // Only the piece with this byte is fetched.
      tests.add(
          "get_bit(substr(b.trigrams, "
              + sql.parameter(1 + (bit >>> 3))
              + "::int4, 1), "
              + sql.parameter((long) (bit & 7))
              + "::int8) = 1");
    }
    // One that is damaged has nothing to say: the block is read.
    return tests.isEmpty()
        ? null
        : "CASE WHEN octet_length(b.trigrams) <> "
            + Trigrams.BITS / Byte.SIZE
            + " THEN true ELSE "
            + String.join(" AND ", tests)
            + " END";
  }

  private static @Nullable String value(Sql sql, String path, String value) {
    if (value.length() > FieldValue.MAX_NUMBER_CHARS) {
      return null;
    }
    List<String> tests = new ArrayList<>();
    Set<String> spellings = new LinkedHashSet<>(List.of(value));
    FieldValue.canonicalNumber(value).ifPresent(spellings::add);
    for (String spelling : spellings) {
      long hash = MetadataValues.hash(path, spelling);
      StringBuilder test = new StringBuilder("(SELECT ");
      int[] bits = ValueFilter.bits(hash);
      for (int i = 0; i < bits.length; i++) {
        test.append(i == 0 ? "" : " AND ")
            .append("get_bit(line, ")
            .append(sql.parameter((long) bits[i]))
            .append("::int8) = 1");
      }
      // OFFSET keeps PostgreSQL from fetching the line once for each bit.
      test.append(" FROM (SELECT substr(b.vals, 1 + " + ValueFilter.LINE_BYTES + " * ((")
          .append(sql.parameter(ValueFilter.fraction(hash)))
          .append(
              "::int8 * (octet_length(b.vals) / " + ValueFilter.LINE_BYTES + ")) >> 32)::int4, ")
          .append(ValueFilter.LINE_BYTES + ") AS line OFFSET 0) one)");
      tests.add(test.toString());
    }
    // A block with a value that cannot be told has no line to look for; nor has a damaged one.
    return "CASE WHEN octet_length(b.vals) = 0 OR octet_length(b.vals) % "
        + ValueFilter.LINE_BYTES
        + " <> 0 THEN true ELSE "
        + String.join(" OR ", tests)
        + " END";
  }
}
