package io.logagg.http.analytics;

import io.logagg.http.reply.Problem;
import io.logagg.http.request.Params;
import io.logagg.query.CountedField;
import java.util.ArrayList;
import java.util.List;

/** The parameters that name fields. */
final class FieldParams {
  private FieldParams() {}

  /** A field that must be given. */
  static CountedField required(Params params, String name) {
    String text = params.nonEmpty(name);
    if (text == null) {
      throw Problem.ofField(400, name, "must be given: " + CountedField.FORM).toException();
    }
    return field(name, text);
  }

  static CountedField field(String name, String text) {
    return CountedField.parse(text)
        .orElseThrow(
            () -> Problem.ofField(400, name, "must be " + CountedField.FORM).toException());
  }

  /** Fields in a list, each once; none if it was not given. */
  static List<CountedField> list(Params params, String name, int max) {
    List<CountedField> fields = new ArrayList<>();
    for (String text : params.nonEmptyList(name)) {
      CountedField field = field(name, text);
      if (!fields.contains(field)) {
        fields.add(field);
      }
    }
    if (fields.size() > max) {
      throw Problem.ofField(400, name, "must name at most " + max + " fields").toException();
    }
    return fields;
  }
}
