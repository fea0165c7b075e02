package io.logagg.protocol.clef;

import io.logagg.protocol.JsonText;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A text with holes, as <a href="https://messagetemplates.org/">message templates</a> have them: a
 * name in braces, behind an @ or $ or not, with or without an alignment and a format, which are not
 * followed here, since who sends them also sends what comes of them. Doubled braces stand for
 * single ones.
 *
 * @param text with the holes
 */
record MessageTemplate(String text) {
  /**
   * The text with the holes filled; one whose field is not there stays.
   *
   * @param values the field's value as JSON, null if there is none
   * @param renderings of the holes with a format, in their order; those that it lacks are rendered
   *     as the others are
   */
  String render(UnaryOperator<@Nullable String> values, List<String> renderings) {
    Iterator<String> rendered = renderings.iterator();
    StringBuilder out = new StringBuilder(text.length() + 32);
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean doubled = at + 1 < text.length() && text.charAt(at + 1) == c;
      if ((c == '{' || c == '}') && doubled) {
        out.append(c);
        at += 2;
      } else if (c == '{') {
        int end = text.indexOf('}', at);
        if (end < 0) {
          return out.append(text, at, text.length()).toString();
        }
        String hole = text.substring(at + 1, end);
        String value = values.apply(name(hole));
        if (hole.indexOf(':') >= 0 && rendered.hasNext()) {
          out.append(rendered.next());
        } else if (value == null) {
          out.append(text, at, end + 1);
        } else {
          out.append(value.startsWith("\"") ? JsonText.unquote(value) : value);
        }
        at = end + 1;
      } else {
        out.append(c);
        at++;
      }
    }
    return out.toString();
  }

  private static String name(String hole) {
    int from = hole.startsWith("@") || hole.startsWith("$") ? 1 : 0;
    int to = from;
    while (to < hole.length() && hole.charAt(to) != ',' && hole.charAt(to) != ':') {
      to++;
    }
    return hole.substring(from, to);
  }
}
