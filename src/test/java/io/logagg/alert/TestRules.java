package io.logagg.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Rules as somebody writes them. */
public final class TestRules {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TestRules() {}

  /** What is wrong with the rule. */
  static Map<String, String> errors(String json) {
    Map<String, String> errors = new LinkedHashMap<>();
    RuleJson.read(object(json), errors);
    return errors;
  }

  /** A rule that is right; single quotes stand for double ones. */
  public static AlertRule rule(String json) {
    Map<String, String> errors = new LinkedHashMap<>();
    AlertRule rule = RuleJson.read(object(json), errors);
    if (!errors.isEmpty()) {
      throw new AssertionError(errors.toString());
    }
    return rule;
  }

  static ObjectNode object(String json) {
    try {
      return (ObjectNode) JSON.readTree(json.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
