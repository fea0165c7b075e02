package io.logagg.filter.regex;

import com.google.re2j.Pattern;
import java.util.List;

/**
 * A regular expression that was read and found harmless: PostgreSQL and we ourselves find it in the
 * same texts, in a time that is bounded by the lengths of both. Equal to one of the same text.
 */
public final class Regex {
  /** So long it may be, in characters. */
  public static final int MAX_CHARS = 512;

  private final String source;
  private final String postgres;
  private final String re2;
  private final RegexNode node;

  private Regex(String source, RegexNode node) {
    this.source = source;
    this.node = node;
    this.postgres = RegexWriter.POSTGRES.write(node);
    this.re2 = RegexWriter.RE2.write(node);
  }

  /** Reads it; the exception says what is wrong, and where. */
  public static Regex parse(String source) throws RegexSyntaxException {
    if (source.length() > MAX_CHARS) {
      throw new RegexSyntaxException(
          MAX_CHARS, "a regular expression of at most " + MAX_CHARS + " characters");
    }
    return new Regex(source, new RegexParser(source).parse());
  }

  /** As it was given. */
  public String source() {
    return source;
  }

  /** For PostgreSQL's operator {@code ~}. */
  public String postgres() {
    return postgres;
  }

  /** For our own use; it is found where {@link Pattern#matcher} finds it. */
  public Pattern pattern() {
    return Pattern.compile(re2, Pattern.DOTALL);
  }

  /** For our own use on many texts in memory; found in the same ones. */
  public Automaton automaton() {
    return new Automaton(new Program(node));
  }

  /** Texts of ASCII, all of which stand, in upper or lower case, wherever it is found. */
  public List<String> requiredTexts() {
    return RequiredTexts.of(node);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Regex regex && regex.source.equals(source);
  }

  @Override
  public int hashCode() {
    return source.hashCode();
  }

  @Override
  public String toString() {
    return "/" + source + "/";
  }
}
