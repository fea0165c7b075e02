package io.logagg.persistence;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.filter.DeadLetterFilter;
import io.logagg.persistence.DeadLetterEditor.Step;
import io.logagg.record.AppAccess;
import io.logagg.record.RefusalKind;
import io.logagg.testing.TestDatabase;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DeadLetterEditorTest {
  private final TestDatabase database = TestDatabase.open();
  private final DeadLetterEditor editor = new DeadLetterEditor(database.database());

  @AfterEach
  void close() {
    database.close();
  }

  private void insert(int count, String kind) {
    database.sql(
        """
        INSERT INTO dead_letters (id, payload, kind, reason, source, first_seen, last_seen)
        SELECT gen_random_uuid(), '', '{kind}', 'r', 's', now(), now() FROM generate_series(1, {count})"""
            .replace("{kind}", kind)
            .replace("{count}", String.valueOf(count)));
  }

  private long left() {
    return database.number("SELECT count(*) FROM dead_letters");
  }

  @Test
  void shouldRemoveInStepsAndSayWhereTheNextOneGoesOn() {
    insert(12_000, "other");
    insert(100, "bad_json");
    DeadLetterFilter others =
        new DeadLetterFilter(RefusalKind.OTHER, null, null, null, null, AppAccess.ALL);
    UUID after = null;
    int deleted = 0;
    for (int left : new int[] {7_100, 2_100, 100}) {
      Step step = await(editor.deleteSome(others, after));
      deleted += step.deleted();
      assertEquals(left, left());
      after = step.last();
    }
    assertEquals(null, after);
    assertEquals(12_000, deleted);
  }

  @Test
  void shouldRemoveNothingWhereNothingIsMeant() {
    insert(1, "other");
    DeadLetterFilter none =
        new DeadLetterFilter(null, null, "elsewhere", null, null, AppAccess.ALL);
    assertEquals(new Step(0, null), await(editor.deleteSome(none, null)));
    assertEquals(1, left());
  }
}
