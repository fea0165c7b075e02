package io.logagg.protocol;

import com.fasterxml.jackson.core.JsonParser;
import io.logagg.protocol.redact.Redaction;
import io.logagg.record.DeadLetter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The payload of a dead letter without its secrets. If it is JSON, it is looked through as a record
 * is. If not, all of it is one text, in which escapes of visible characters are undone first, and
 * which ends before what may be a field that is not kept. What is no UTF-8 is mended, as in
 * records.
 */
final class LetterText {
  /**
   * A secret that was cut in two is not recognised: so much is left out where a payload was cut.
   */
  private static final int CUT_CHARS = 256;

  private LetterText() {}

  static String redacted(Redaction redaction, DeadLetter letter, boolean cut) {
    String payload =
        letter.base64() ? new String(letter.bytes(), StandardCharsets.UTF_8) : letter.payload();
    if (!cut && isJson(payload)) {
      return JsonRedactor.record(redaction, payload);
    }
    String text = redaction.text(unescaped(payload));
    int field = redaction.firstField(text);
    if (field >= 0) {
      return text.substring(0, field) + redaction.field();
    }
    return cut ? text.substring(0, Math.max(0, text.length() - CUT_CHARS)) : text;
  }

  private static boolean isJson(String text) {
    try (JsonParser parser = JsonText.factory().createParser(text)) {
      while (parser.nextToken() != null) {
        parser.finishToken();
      }
      return true;
    } catch (IOException | IllegalStateException | ArrayIndexOutOfBoundsException e) {
      JsonText.forgetNames(); // Names that are made to collide fail too.
      return false;
    }
  }

  /** With visible ASCII characters in place of their escapes, except those that JSON needs. */
  private static String unescaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      char next = at + 1 < text.length() ? text.charAt(at + 1) : 0;
      int code = c == '\\' && next == 'u' ? code(text, at + 2) : -1;
      if (code > ' ' && code < 0x7F && code != '"' && code != '\\') {
        out.append((char) code);
        at += 6;
      } else if (c == '\\' && next == '/') {
        out.append('/');
        at += 2;
      } else if (c == '\\' && next != 0) {
        out.append(c).append(next);
        at += 2;
      } else {
        out.append(c);
        at++;
      }
    }
    return out.toString();
  }

  private static int code(String text, int from) {
    if (from + 4 > text.length()) {
      return -1;
    }
    int code = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      code = code * 16 + digit;
    }
    return code;
  }
}
