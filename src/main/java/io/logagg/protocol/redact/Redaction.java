package io.logagg.protocol.redact;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What of texts and fields is not kept, and how often it was replaced. Thread-safe. */
public final class Redaction {
  /** Keeps everything. */
  public static final Redaction NONE = new Redaction(List.of(), List.of());

  /** What stands for a field, as for the secrets of a rule of that name. */
  public static final String FIELD = "field";

  private static final String START = "[redacted:";

  private final SecretRule[] rules;
  private final Set<String> fields;
  private final boolean hasFields;
  private final Set<String> lastNames = new HashSet<>();
  private final Map<String, LongAdder> counts = new LinkedHashMap<>();
  private final LongAdder fieldCount = new LongAdder();

  /**
   * @param rules in the order in which they are looked for, names different
   * @param fields names, and paths with dots, whose values are replaced whole
   */
  public Redaction(List<SecretRule> rules, List<String> fields) {
    this.rules = rules.toArray(SecretRule[]::new);
    this.hasFields = !fields.isEmpty();
    this.fields = new HashSet<>();
    for (String field : fields) {
      String lower = field.toLowerCase(Locale.ROOT);
      this.fields.add(lower);
      lastNames.add(lastName(lower));
    }
    rules.forEach(rule -> counts.put(rule.name(), new LongAdder()));
  }

  /** Whether anything is ever replaced. */
  public boolean isOn() {
    return hasRules() || hasFields();
  }

  /** Whether texts are looked through. */
  public boolean hasRules() {
    return rules.length > 0;
  }

  /** Whether there are fields whose values are replaced. */
  public boolean hasFields() {
    return hasFields;
  }

  /** The text without its secrets; the same object if there are none. */
  public String text(String text) {
    String clean = text;
    for (SecretRule rule : rules) {
      List<Span> found = rule.find(clean);
      if (!found.isEmpty()) {
        counts.getOrDefault(rule.name(), fieldCount).add(found.size());
        clean = replaced(clean, found, replacement(rule.name()));
      }
    }
    return clean;
  }

  private static String replaced(String text, List<Span> spans, String replacement) {
    StringBuilder out = new StringBuilder(text.length() + 32);
    int copied = 0;
    for (Span span : spans) {
      out.append(text, copied, span.from()).append(replacement);
      copied = span.to();
    }
    return out.append(text, copied, text.length()).toString();
  }

  /**
   * Whether the value of a field is to be replaced: its path, or the end of it, is one of those
   * given. Case makes no difference.
   *
   * @param name the field's own, which may have dots
   * @param parents the path of the object around it, with a dot behind each name
   */
  public boolean hides(String parents, String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!lastNames.contains(lastName(lower))) {
      return false;
    }
    String path = "." + parents.toLowerCase(Locale.ROOT) + lower;
    return fields.stream().anyMatch(field -> path.endsWith("." + field));
  }

  /**
   * Counts a field whose name tells that its text is a secret, if one of the rules says so, and
   * gives what stands for it; null if it stays.
   *
   * @param from where the text begins
   * @param to where it ends
   */
  public @Nullable String named(String name, String text, int from, int to) {
    for (SecretRule rule : rules) {
      if (to > from && rule.isOfSecret(name) && !isRedacted(text, from, to)) {
        counts.getOrDefault(rule.name(), fieldCount).increment();
        return replacement(rule.name());
      }
    }
    return null;
  }

  /** Counts a field, and gives what stands for its value. */
  public String field() {
    fieldCount.increment();
    return replacement(FIELD);
  }

  /** The first place where a text that is no JSON may hold one of the fields; -1 if nowhere. */
  public int firstField(String text) {
    for (int at = 0; at < text.length(); at++) {
      for (String name : lastNames) {
        if (text.regionMatches(true, at, name, 0, name.length())) {
          return at;
        }
      }
    }
    return -1;
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private static String replacement(String rule) {
    return START + rule + "]";
  }

  /** Whether something was replaced there before, and nothing else is there. */
  static boolean isRedacted(String text, int from, int to) {
    return text.startsWith(START, from) && text.substring(from, to).indexOf(']') == to - from - 1;
  }

  /** How often each rule has replaced something until now. */
  public Map<String, LongSupplier> counts() {
    Map<String, LongSupplier> all = new LinkedHashMap<>();
    counts.forEach((rule, count) -> all.put(rule, count::sum));
    if (hasFields()) {
      all.put(FIELD, fieldCount::sum);
    }
    return all;
  }
}
