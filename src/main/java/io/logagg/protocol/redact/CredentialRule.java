package io.logagg.protocol.redact;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What lets somebody in: all of an {@code Authorization} header, a token behind {@code Bearer} or
 * {@code Basic}, and what is given to a name that ends in {@code token}, {@code api_key}, {@code
 * secret}, {@code password}, {@code passwd} or {@code pwd}, behind an equals sign or a colon: up to
 * the closing quote if there are quotes, else one word. Hyphens, underscores and case of names make
 * no difference.
 */
final class CredentialRule implements SecretRule {
  private static final int MIN_TOKEN_CHARS = 8;
  private static final int MAX_NAME_CHARS = 64;
  private static final String AUTHORIZATION = "authorization";
  private static final String[] HEADERS = {"uthorization", "UTHORIZATION"};
  private static final String[] WORDS = {"earer", "EARER", "asic", "ASIC"};
  private static final String[] SIGNS = {"=", ":"};
  private static final Set<String> NO_TOKENS = Set.of("authentication", AUTHORIZATION);

  /** Those whose credentials are one word. */
  private static final Set<String> SCHEMES = Set.of("bearer", "basic");

  private static final List<String> NAMES =
      List.of("token", "apikey", "secret", "password", "passwd", "pwd");

  /** What a parser says of a token that is no secret. */
  private static final String UNEXPECTED = "unexpected ";

  @Override
  public String name() {
    return BuiltinRule.BEARER.label();
  }

  @Override
  public boolean isOfSecret(String field) {
    if (field.isEmpty() || "nytdNYTD".indexOf(field.charAt(field.length() - 1)) < 0) {
      return false;
    }
    String plain = plain(field);
    return plain.endsWith(AUTHORIZATION) || NAMES.stream().anyMatch(plain::endsWith);
  }

  @Override
  public List<Span> find(String text) {
    // Most texts are done with these two looks.
    boolean named = text.indexOf('=') >= 0 || text.indexOf(':') >= 0;
    boolean spaced = text.indexOf(' ') >= 0;
    if (!named && !spaced) {
      return List.of();
    }
    List<Span> found = new ArrayList<>(0);
    if (named) {
      findNamed(text, found);
    }
    if (spaced) {
      findTokens(text, found);
    }
    return Span.merged(found);
  }

  private static void findNamed(String text, List<Span> found) {
    for (String word : HEADERS) {
      int at = text.indexOf(word);
      while (at >= 0) {
        at = text.indexOf(word, addHeader(text, at + word.length(), found));
      }
    }
    for (String sign : SIGNS) {
      int at = text.indexOf(sign);
      while (at >= 0) {
        at = text.indexOf(sign, addNamed(text, at, found));
      }
    }
  }

  private static void findTokens(String text, List<Span> found) {
    for (String word : WORDS) {
      int at = text.indexOf(word);
      while (at >= 0) {
        at = text.indexOf(word, addToken(text, at, at + word.length(), found));
      }
    }
  }

  /** Of {@code Authorization: Bearer abc}, where the name has ended; where to look on. */
  private static int addHeader(String text, int nameEnd, List<Span> found) {
    int sign = skip(text, nameEnd, "\\\"' ");
    if (sign >= text.length() || !isSign(text.charAt(sign))) {
      return sign;
    }
    int value = skip(text, sign + 1, " ");
    Quote quote = Quote.at(text, value);
    int from = quote == null ? value : quote.end();
    int wordEnd = valueEnd(text, from);
    boolean isOneWord = SCHEMES.contains(text.substring(from, wordEnd).toLowerCase(Locale.ROOT));
    if (isOneWord) {
      from = skip(text, wordEnd, " ");
      wordEnd = valueEnd(text, from);
    }
    // Behind a quoted name, what is not quoted may be JSON's null or the like.
    isOneWord |= sign > skip(text, nameEnd, " ") && skip(text, wordEnd, " ") == wordEnd;
    int to =
        quote != null
            ? quote.close(text, from)
            : isOneWord ? wordEnd : headerEnd(text, nameEnd, from);
    add(text, from, to, found);
    return Math.max(to, sign + 1);
  }

  /** The end of the line, or of the quotes that the whole header stands in. */
  private static int headerEnd(String text, int nameEnd, int from) {
    int start = nameStart(text, nameEnd);
    Quote around = start > 0 ? Quote.endingAt(text, start) : null;
    return around == null ? Quote.lineEnd(text, from) : around.close(text, from);
  }

  /** Of {@code Bearer abc}, whose first letter stands before {@code at}; where to look on. */
  private static int addToken(String text, int at, int wordEnd, List<Span> found) {
    boolean bearer = Character.toLowerCase(text.charAt(at)) == 'e';
    int first = at - 1;
    if (first < 0
        || Character.toLowerCase(text.charAt(first)) != 'b'
        || (first > 0 && Character.isLetterOrDigit(text.charAt(first - 1)))) {
      return wordEnd;
    }
    int from = skip(text, wordEnd, " ");
    if (from == wordEnd) {
      return wordEnd;
    }
    int to = from;
    while (to < text.length() && isOfToken(text.charAt(to))) {
      to++;
    }
    while (to > from && text.charAt(to - 1) == '.') {
      to--;
    }
    if (to - from < MIN_TOKEN_CHARS) {
      return to;
    }
    String token = text.substring(from, to);
    // "Basic" is a common word: what follows must look like base64.
    if (bearer ? !NO_TOKENS.contains(token) : !isWord(text, from, to) || hasBothCases(token)) {
      add(text, from, to, found);
    }
    return to;
  }

  private static boolean hasBothCases(String token) {
    return token.chars().anyMatch(Character::isUpperCase)
        && token.chars().skip(1).anyMatch(Character::isLowerCase)
        && token.chars().skip(1).anyMatch(Character::isUpperCase);
  }

  /** Of {@code token=abc}, where the sign stands; where to look on. */
  private static int addNamed(String text, int sign, List<Span> found) {
    int end = sign;
    if (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    boolean quoted = end > 0 && Quote.isQuote(text.charAt(end - 1));
    end -= quoted ? 1 : 0;
    // Within a text that is quoted itself.
    end -= quoted && end > 0 && text.charAt(end - 1) == '\\' ? 1 : 0;
    if (end == 0 || "nytdNYTD".indexOf(text.charAt(end - 1)) < 0) {
      return sign + 1;
    }
    int start = nameStart(text, end);
    String name = plain(text.substring(start, end));
    if (NAMES.stream().noneMatch(name::endsWith) || isUnexpected(text, start)) {
      return sign + 1;
    }
    int from = skip(text, sign + 1, " ");
    if (from < text.length() && isSign(text.charAt(from))) {
      return sign + 1; // Of code.
    }
    Quote quote = Quote.at(text, from);
    from = quote == null ? skip(text, from, "\\") : quote.end();
    int to = quote == null ? valueEnd(text, from) : quote.close(text, from);
    add(text, from, to, found);
    return Math.max(to, sign + 1);
  }

  private static int nameStart(String text, int end) {
    int start = end;
    while (start > 0 && end - start < MAX_NAME_CHARS && isOfName(text.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  private static String plain(String name) {
    return name.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
  }

  private static boolean isUnexpected(String text, int start) {
    int from = start - UNEXPECTED.length();
    return from >= 0 && text.regionMatches(true, from, UNEXPECTED, 0, UNEXPECTED.length());
  }

  private static void add(String text, int from, int to, List<Span> found) {
    if (to > from && !Redaction.isRedacted(text, from, to)) {
      found.add(new Span(from, to));
    }
  }

  private static int skip(String text, int from, String chars) {
    int at = from;
    while (at < text.length() && chars.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  private static int valueEnd(String text, int from) {
    int at = from;
    while (at < text.length()
        && text.charAt(at) > ' '
        && "\"'\\,;&<>(){}[]".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return at;
  }

  /** Whether there are letters only. */
  private static boolean isWord(String text, int from, int to) {
    return text.substring(from, to).chars().allMatch(c -> Character.isLetter(c) || c == '-');
  }

  private static boolean isSign(char c) {
    return c == '=' || c == ':';
  }

  private static boolean isOfName(char c) {
    return c == '_' || c == '-' || Character.isLetterOrDigit(c);
  }

  private static boolean isOfToken(char c) {
    return c < 0x80 && (Character.isLetterOrDigit(c) || "._~+/=-".indexOf(c) >= 0);
  }
}
