package io.logagg.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AppAccessTest {
  private static final AppAccess SHOP = AppAccess.of(List.of("shop"));
  private static final AppAccess BOTH = AppAccess.of(List.of("shop", "bank"));

  @Test
  void shouldPermitWhatItNamesInExactlyThisSpelling() {
    assertTrue(SHOP.permits("shop"));
    assertFalse(SHOP.permits("Shop"));
    assertFalse(SHOP.permits("shop "));
    assertTrue(AppAccess.ALL.permits("anything"));
  }

  @Test
  void shouldKnowTheOnlyOne() {
    assertEquals("shop", SHOP.only());
    assertNull(BOTH.only());
    assertNull(AppAccess.ALL.only());
    assertEquals("shop", Defaults.NONE.orApp(SHOP.only()).app());
    assertEquals("given", new Defaults("given", null, null).orApp("shop").app());
    assertEquals(Defaults.NONE, Defaults.NONE.orApp(AppAccess.ALL.only()));
  }

  @Test
  void shouldTellWhoseSomethingIs() {
    assertEquals(Set.of("shop"), AppAccess.ALL.owners("shop"));
    assertEquals(Set.of(), AppAccess.ALL.owners(null));
    assertEquals(Set.of("shop"), BOTH.owners("shop"));
    assertEquals(Set.of("shop", "bank"), BOTH.owners(null));
    assertEquals(Set.of("shop", "bank", "other"), BOTH.owners("other"));
  }
}
