package io.logagg.alerting;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.alert.AlertRule;
import io.logagg.alert.Receiver;
import io.logagg.alert.TestRules;
import io.logagg.persistence.AlertLog;
import io.logagg.persistence.AlertLog.Due;
import io.logagg.persistence.AlertLog.Result;
import io.logagg.persistence.AlertRules.View;
import io.logagg.persistence.Lease;
import io.logagg.postgres.Abandonment;
import io.logagg.record.Timestamps;
import io.vertx.pgclient.PgConnection;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rules that are evaluated on stored records. */
final class EvaluatorTest {
  private final AlertScene scene = new AlertScene();

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void shouldFireAndResolveByCounts() {
    View rule =
        scene.create("{'name':'n','threshold':1,'window':'1m','group_by':'app','q':'level:INFO'}");
    scene.store("shop", "one");
    scene.minute();
    assertEquals(List.of(), scene.transitions(rule), "what is older than the window");
    scene.now.addAndGet(AlertScene.MINUTE);
    scene.store("shop", "two");
    scene.store("shop", "three");
    scene.store("bank", "four");
    scene.evaluate();
    assertEquals("firing", scene.view(rule).states().get(0).phase().code());
    assertEquals(2, scene.view(rule).value());
    scene.minute();
    assertEquals(List.of("08:02 shop firing", "08:03 shop resolved"), scene.transitions(rule));
  }

  @Test
  void shouldFireForPatternsThatWereNotThereBefore() {
    View rule =
        scene.create(
            "{'name':'n','kind':'new_pattern','window':'2m','lookback':'1h','interval':'1m'}");
    scene.minute();
    for (int i = 0; i < 5; i++) {
      scene.store("shop", "user " + i + " came");
    }
    scene.minute();
    scene.minute();
    scene.minute();
    assertEquals(List.of(), scene.transitions(rule), "with nothing before, everything would be");
    scene.store("shop", "disk is full");
    scene.store("shop", "user 17 came");
    scene.minute();
    scene.minute();
    scene.minute();
    assertEquals(
        List.of("08:05 disk is full firing", "08:06 disk is full resolved"),
        scene.transitions(rule));
  }

  @Test
  void shouldFireForAppsThatFellSilent() {
    View rule =
        scene.create(
            "{'name':'n','kind':'absence','window':'2m','lookback':'5m','group_by':'app'}");
    scene.store("shop", "here");
    for (int i = 0; i < 6; i++) {
      scene.store("bank", "here");
      scene.minute();
    }
    assertEquals(List.of("08:02 shop firing", "08:05 shop resolved"), scene.transitions(rule));
  }

  @Test
  void shouldSayWhyARuleFailsAndGoOnWithTheOthers() {
    View names = scene.create("{'name':'names','threshold':0,'window':'1m'}");
    View text = scene.create("{'name':'text','threshold':0,'window':'1m','q':'hello'}");
    scene.now.addAndGet(AlertScene.MINUTE);
    scene.store("shop", "hello");
    PgConnection other = scene.database.connect();
    await(other.query("BEGIN; LOCK TABLE logs IN ACCESS EXCLUSIVE MODE").execute());
    scene.evaluate();
    assertEquals(List.of("08:01  firing"), scene.transitions(names));
    View failed = scene.view(text);
    assertTrue(String.valueOf(failed.error()).startsWith("it took longer than"), failed::toString);
    assertNotNull(failed.failingSinceMicros());
    assertEquals(List.of(), failed.states());
    await(other.query("ROLLBACK").execute());
    scene.now.addAndGet(AlertScene.MINUTE);
    scene.store("shop", "hello");
    scene.evaluate();
    assertNull(scene.view(text).error());
    assertNull(scene.view(text).failingSinceMicros());
    assertEquals(List.of("08:02  firing"), scene.transitions(text));
  }

  /** As after an update that takes less than the version before did. */
  @Test
  void shouldSayThatARuleCannotBeReadAnyMoreAndGoOnWithTheOthers() {
    View bad = scene.create("{'name':'bad','kind':'absence','window':'1m','q':'word'}");
    View good = scene.create("{'name':'good','kind':'absence','window':'1m'}");
    scene.database.sql(
        """
        UPDATE alert_rules SET definition =
          '{"name":"bad","kind":"absence","window":"1m","q":"level:(","new_field":1}' WHERE name = 'bad'""");
    scene.minute();
    assertEquals(List.of("08:01  firing"), scene.transitions(good));
    View read = scene.view(bad);
    assertTrue(String.valueOf(read.error()).startsWith("the query cannot be read"), read::toString);
    assertEquals(2, await(scene.rules.list(null, 10)).size());
  }

  /** Those who ask for what cannot be read in time fail, and no others. */
  @Test
  void shouldFailThoseAloneWhoseCountsCannotBeRead() {
    View names = scene.create("{'name':'names','kind':'absence','window':'1m'}");
    scene.now.addAndGet(AlertScene.MINUTE);
    PgConnection other = scene.database.connect();
    await(other.query("BEGIN; LOCK TABLE rollups IN ACCESS EXCLUSIVE MODE").execute());
    scene.evaluate();
    assertTrue(
        String.valueOf(scene.view(names).error()).startsWith("it took longer than"),
        () -> scene.view(names).toString());
    await(other.query("ROLLBACK").execute());
    scene.minute();
    assertEquals(List.of("08:02  firing"), scene.transitions(names));
  }

  @Test
  void shouldCatchUpSoMuchAndSkipTheRest() {
    View rule = scene.create("{'name':'n','threshold':0,'window':'1m'}");
    scene.now.addAndGet(AlertScene.MINUTE);
    scene.store("shop", "too old");
    scene.now.addAndGet(20 * AlertScene.MINUTE);
    scene.store("shop", "new");
    scene.now.addAndGet(AlertScene.MINUTE);
    scene.evaluate();
    assertEquals(List.of("08:21  firing", "08:22  resolved"), scene.transitions(rule));
    assertEquals(12, scene.view(rule).skipped());
    assertEquals(scene.now.get(), scene.view(rule).evaluatedAtMicros());
  }

  @Test
  void shouldWaitForRecordsThatWait() {
    View rule = scene.create("{'name':'n','kind':'absence','window':'1m'}");
    scene.waitingMs.set(90_000);
    scene.minute();
    assertEquals(List.of(), scene.transitions(rule));
    scene.waitingMs.set(3_600_000);
    scene.now.addAndGet(10 * AlertScene.MINUTE);
    context();
    assertEquals(List.of("08:01  firing"), scene.transitions(rule), "but not for ever");
  }

  private void context() {
    scene.context.await(scene.evaluator::evaluate);
  }

  @Test
  void shouldNoteNothingOfARuleThatWasChangedOrEvaluatedMeanwhile() {
    View rule = scene.create("{'name':'n','kind':'absence','window':'1m'}");
    scene.now.addAndGet(AlertScene.MINUTE);
    Due due = await(scene.log.due(scene.now.get())).get(0);
    Result result = new Result(due, scene.now.get(), List.of(), null, 1, 0);
    assertEquals(1, await(scene.log.note(List.of(result))).size());
    assertEquals(0, await(scene.log.note(List.of(result))).size(), "a second time");
    Due again = new Due(due.id(), due.version(), due.rule(), scene.now.get());
    await(scene.rules.update(rule.id(), before -> TestRules.rule("{'name':'n2','threshold':1}")));
    scene.now.addAndGet(AlertScene.MINUTE);
    Result late = new Result(again, scene.now.get(), List.of(), null, 1, 0);
    assertEquals(0, await(scene.log.note(List.of(late))).size());
  }

  @Test
  void shouldNoteNothingWithoutTheLease() {
    scene.create("{'name':'n','kind':'absence','window':'1m'}");
    scene.now.addAndGet(AlertScene.MINUTE);
    Due due = await(scene.log.due(scene.now.get())).get(0);
    scene.database.sql("UPDATE leases SET expires_at = '-infinity'");
    Lease other = scene.lease(2);
    assertTrue(await(other.hold()));
    Result result = new Result(due, scene.now.get(), List.of(), null, 1, 0);
    assertThrows(Lease.LostException.class, () -> await(scene.log.note(List.of(result))));
    AlertLog others = new AlertLog(scene.database.database(), other);
    assertEquals(1, await(others.note(List.of(result))).size());
  }

  @Test
  void shouldTellTheEndOfARuleThatIsDisabledOrDeleted() {
    scene.receiver("r", Receiver.Kind.WEBHOOK, "http://127.0.0.1:1/");
    View one = scene.create("{'name':'one','kind':'absence','window':'1m','receivers':['r']}");
    View other = scene.create("{'name':'other','kind':'absence','window':'1m','receivers':['r']}");
    scene.minute();
    await(
        scene.rules.update(
            one.id(),
            before ->
                TestRules.rule(
                    "{'name':'one','kind':'absence','window':'1m','receivers':['r'],'enabled':false}")));
    assertTrue(await(scene.rules.delete(other.id())));
    assertEquals(
        List.of("one", "other", "one", "other"),
        scene.database.texts("SELECT rule_name FROM alert_deliveries ORDER BY id"));
    assertEquals(
        List.of("true", "true", "false", "false"),
        scene.database.texts(
            "SELECT notification #>> '{alerts,0,endsAtMicros}' IS NULL FROM alert_deliveries ORDER BY id"));
    assertEquals(List.of(), scene.view(one).states());
    scene.minute();
    assertEquals(List.of("08:01  firing", "08:01  resolved"), scene.transitions(one));
  }

  /** Whatever the rule and the records, sealed or counted together or not. */
  @Test
  void shouldAgreeWithPreview() {
    List<String> rules =
        List.of(
            "{'name':'1','threshold':3,'window':'5m','group_by':'app'}",
            "{'name':'2','threshold':4,'window':'3m','q':'level:>=WARN','group_by':'service','for':'1m','keep_firing':'2m'}",
            "{'name':'3','threshold':2,'window':'2m','q':'blue OR red','group_by':'app'}",
            "{'name':'4','kind':'absence','window':'2m','lookback':'7m','group_by':'app'}",
            "{'name':'5','kind':'absence','window':'2m','lookback':'7m','group_by':'service','q':'red'}",
            "{'name':'6','threshold':2,'op':'<=','window':'4m','lookback':'10m','group_by':'app','app':['shop','bank']}",
            "{'name':'7','kind':'absence','window':'1m','q':'level:ERROR'}",
            "{'name':'8','kind':'new_pattern','window':'4m','lookback':'30m','interval':'2m'}",
            "{'name':'9','threshold':5,'window':'150s','interval':'1m'}",
            "{'name':'10','threshold':2,'window':'2m','group_by':'app','max_groups':1}");
    List<View> views = rules.stream().map(scene::create).toList();
    long begin = scene.now.get();
    Random random = new Random(7);
    String[] words = {"red", "blue", "green", "far", "near", "wide"};
    for (int minute = 1; minute <= 30; minute++) {
      scene.now.addAndGet(AlertScene.MINUTE);
      for (int i = random.nextInt(7); i > 0; i--) {
        long time = scene.now.get() - 1 - random.nextInt((int) AlertScene.MINUTE);
        scene.store(
            List.of("shop", "bank", "app " + minute / 8).get(random.nextInt(3)),
            List.of("INFO", "WARN", "ERROR").get(random.nextInt(3)),
            List.of("", "api").get(random.nextInt(2)),
            words[random.nextInt(2 + minute / 8)] + " thing is " + words[random.nextInt(3)],
            time);
      }
      scene.evaluate();
    }
    AlertPreview preview = new AlertPreview(scene.database.vertx(), scene.database.database());
    List<String> quiet = new ArrayList<>();
    for (View view : views) {
      AlertRule rule = view.rule();
      List<String> expected =
          await(
                  preview.run(
                      rule, rule.watched().filter(), begin + 1, scene.now.get(), new Abandonment()))
              .transitions()
              .stream()
              .map(
                  one ->
                      DateTimeFormatter.ofPattern("HH:mm").format(Timestamps.utc(one.atMicros()))
                          + " "
                          + one.label()
                          + " "
                          + one.code())
              .toList();
      assertEquals(expected, scene.transitions(view), () -> "rule " + rule.name());
      if (expected.stream().noneMatch(line -> line.endsWith("resolved"))) {
        quiet.add(rule.name());
      }
    }
    assertEquals(List.of(), quiet, "rules that never fired and resolved prove nothing");
  }
}
