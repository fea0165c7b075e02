package io.logagg.query;

import static io.logagg.testing.TestServers.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.logagg.testing.TestDatabase;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StoredKeysTest {
  private final TestDatabase database = TestDatabase.open();
  private final StoredKeys keys = new StoredKeys(database.database());

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void shouldTellThoseThatAreStored() {
    UUID stored = UUID.fromString("00000000-0000-8000-8000-000000000001");
    database.sql("INSERT INTO stored_entries (key) VALUES ('" + stored + "')");
    assertEquals(Set.of(stored), await(keys.among(List.of(stored, new UUID(1, 2)))));
    assertEquals(Set.of(), await(keys.among(List.of())));
  }
}
