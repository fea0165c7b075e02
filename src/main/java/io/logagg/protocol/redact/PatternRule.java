package io.logagg.protocol.redact;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/**
 * A regular expression of the operator's own. RE2 looks for one match in a time that is linear to
 * the text; but some expressions have every match looked for up to the end of the text, over and
 * over. So what is read in all is bounded, and what comes behind the bound counts as found.
 */
public final class PatternRule implements SecretRule {
  /** How often all of a text may be read. */
  private static final long MAX_READS = 64;

  private final String name;
  private final Pattern pattern;

  public PatternRule(String name, Pattern pattern) {
    this.name = name;
    this.pattern = pattern;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Span> find(String text) {
    if (!pattern.matcher(text).find()) {
      return List.of();
    }
    List<Span> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(new CountedText(text, MAX_READS * (text.length() + 16L)));
    int done = 0;
    try {
      while (matcher.find()) {
        done = matcher.end();
        if (done > matcher.start()) {
          found.add(new Span(matcher.start(), done));
        }
      }
    } catch (ReadTooOftenException e) {
      found.add(new Span(done, text.length()));
    }
    return found;
  }

  /** Fails once it was read too often. */
  private static final class CountedText implements CharSequence {
    private final String text;
    private long left;

    CountedText(String text, long left) {
      this.text = text;
      this.left = left;
    }

    @Override
    public char charAt(int index) {
      if (--left < 0) {
        throw new ReadTooOftenException();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static final class ReadTooOftenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReadTooOftenException() {
      super("the bound is reached", null, false, false);
    }
  }
}
