package io.logagg.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logagg.alert.AlertRule.Comparison;
import io.logagg.alert.AlertRule.GroupBy;
import io.logagg.alert.AlertRule.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RuleJsonTest {
  private static final String ALL =
      """
      {'name':'errors','kind':'threshold','q':'level:>=ERROR','app':['shop','bank'],'level':'warn','service':[''],
       'group_by':'service','max_groups':5,'op':'<=','threshold':7,'window':'10m','lookback':'2h','for':'90s',
       'keep_firing':'3m','interval':'30s','labels':{'team':'a'},'annotations':{'summary':'s'},'receivers':['ops'],
       'enabled':false,'muted_until':'2026-11-24T08:00:00Z'}""";

  @Test
  void shouldReadEveryField() {
    AlertRule rule = TestRules.rule(ALL);
    assertEquals("errors", rule.name());
    assertEquals(List.of("shop", "bank"), rule.watched().apps());
    assertEquals(List.of("WARN"), rule.watched().filter().levels());
    assertEquals(GroupBy.SERVICE, rule.watched().groupBy());
    assertEquals(Comparison.AT_MOST, rule.threshold().comparison());
    assertEquals(7, rule.threshold().count());
    assertEquals(600_000_000, rule.times().window());
    assertEquals(90_000_000, rule.times().pending());
    assertEquals(List.of("ops"), rule.telling().receivers());
    assertTrue(!rule.enabled());
  }

  @Test
  void shouldWriteWhatItReads() {
    List<String> rules =
        List.of(
            ALL,
            "{'name':'n','threshold':1}",
            "{'name':'n','kind':'absence','group_by':'app','window':'1500s'}",
            "{'name':'n','kind':'new_pattern','window':'1h','level':['ERROR']}");
    for (String json : rules) {
      AlertRule rule = TestRules.rule(json);
      Map<String, String> errors = new LinkedHashMap<>();
      ObjectNode written = new ObjectMapper().valueToTree(RuleJson.write(rule));
      assertEquals(rule, RuleJson.read(written, errors));
      assertEquals(Map.of(), errors);
    }
  }

  @Test
  void shouldHaveUsualValuesForWhatIsNotGiven() {
    AlertRule rule = TestRules.rule("{'name':'n','threshold':1}");
    assertEquals(Kind.THRESHOLD, rule.kind());
    assertEquals(Comparison.ABOVE, rule.threshold().comparison());
    assertEquals(300_000_000, rule.times().window());
    assertEquals(60_000_000, rule.times().interval());
    assertEquals(0, rule.times().pending());
    assertTrue(rule.enabled());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'threshold':1}; name",
        "{'name':' ','threshold':1}; name",
        "{'name':'a\\nb','threshold':1}; name",
        "{'name':'n'}; threshold",
        "{'name':'n','threshold':-1}; threshold",
        "{'name':'n','threshold':1.5}; threshold",
        "{'name':'n','threshold':1,'op':'=='}; op",
        "{'name':'n','threshold':1,'kind':'other'}; kind",
        "{'name':'n','threshold':1,'q':'level:('}; q",
        "{'name':'n','threshold':1,'q':'timestamp:>2026-01-01T00:00:00Z'}; q",
        "{'name':'n','threshold':1,'window':'8d'}; window",
        "{'name':'n','threshold':1,'window':'5s'}; window",
        "{'name':'n','threshold':1,'window':'5 minutes'}; window",
        "{'name':'n','threshold':1,'window':'10500ms','interval':'10s'}; window",
        "{'name':'n','threshold':1,'interval':'1s'}; interval",
        "{'name':'n','threshold':1,'interval':'10m'}; interval",
        "{'name':'n','threshold':1,'for':'-1s'}; for",
        "{'name':'n','threshold':1,'max_groups':101}; max_groups",
        "{'name':'n','threshold':1,'labels':{'a b':'c'}}; labels",
        "{'name':'n','threshold':1,'labels':{'alertname':'c'}}; labels",
        "{'name':'n','threshold':1,'labels':{'a':1}}; labels",
        "{'name':'n','threshold':1,'receivers':'a,b','muted_until':'soon'}; muted_until",
        "{'name':'n','threshold':1,'receivers':[1]}; receivers",
        "{'name':'n','threshold':1,'enabled':'yes'}; enabled",
        "{'name':'n','threshold':1,'windw':'5m'}; windw",
        "{'name':'n','kind':'absence','threshold':1}; threshold",
        "{'name':'n','kind':'absence','op':'>'}; op",
        "{'name':'n','kind':'absence','group_by':'app','window':'2d'}; lookback",
        "{'name':'n','kind':'new_pattern','group_by':'app'}; group_by",
        "{'name':'n','kind':'new_pattern','for':'1m'}; for",
        "{'name':'n','kind':'new_pattern','interval':'30s'}; interval",
      })
  void shouldSayWhatIsWrong(String json, String field) {
    assertEquals(List.of(field), List.copyOf(TestRules.errors(json).keySet()));
  }

  @Test
  void shouldSayAllThatIsWrong() {
    assertEquals(5, TestRules.errors("{'q':'(','window':1,'group_by':'level'}").size());
  }
}
