package io.logagg.http.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.logagg.http.reply.Problem.FieldError;
import io.logagg.http.reply.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KeyBodyTest {
  private static List<FieldError> errors(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return assertThrows(ProblemException.class, () -> KeyBody.draft(bytes, 0)).problem().errors();
  }

  @Test
  void shouldTellOneErrorOfEachField() {
    assertEquals(
        List.of(
            new FieldError("name", "must be a string"),
            new FieldError("scopes", "must be an array of strings")),
        errors("{\"name\":1,\"scopes\":\"read\"}"));
    assertEquals(List.of("name", "scopes"), errors("{}").stream().map(FieldError::field).toList());
  }
}
