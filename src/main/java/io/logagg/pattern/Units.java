package io.logagg.pattern;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Words that belong to the number before them: units, and names of months and days. */
final class Units {
  private static final int MAX_UNIT_CHARS = 4;
  private static final Map<String, Slot> APART = new HashMap<>();
  private static final Map<String, Slot> ATTACHED = new HashMap<>();
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
  private static final String DAYS = "MonTueWedThuFriSatSun";

  static {
    for (String unit : "ns us µs ms s sec secs min mins hr hrs".split(" ", -1)) {
      APART.put(unit, Slot.DURATION);
      ATTACHED.put(unit, Slot.DURATION);
    }
    for (String unit : "B kB KB MB GB TB PB kb mb gb KiB MiB GiB TiB".split(" ", -1)) {
      APART.put(unit, Slot.SIZE);
      ATTACHED.put(unit, Slot.SIZE);
    }
    for (String unit : "m h d".split(" ", -1)) {
      ATTACHED.put(unit, Slot.DURATION);
    }
    for (String unit : "k K M G T".split(" ", -1)) {
      ATTACHED.put(unit, Slot.SIZE);
    }
  }

  private Units() {}

  /** What a number is with this unit right behind it; null if it is none. */
  static @Nullable Slot attached(char[] in, int start, int end) {
    return end - start > MAX_UNIT_CHARS ? null : ATTACHED.get(new String(in, start, end - start));
  }

  /** The same with a blank between them. */
  static @Nullable Slot apart(char[] in, int start, int end) {
    return end - start > MAX_UNIT_CHARS ? null : APART.get(new String(in, start, end - start));
  }

  static boolean isMonth(char[] in, int start, int end) {
    return end - start == 3 && stands(MONTHS, in, start);
  }

  static boolean isDay(char[] in, int start, int end) {
    return end - start == 3 && stands(DAYS, in, start);
  }

  private static boolean stands(String names, char[] in, int start) {
    for (int i = 0; i < names.length(); i += 3) {
      if (names.charAt(i) == in[start]
          && names.charAt(i + 1) == in[start + 1]
          && names.charAt(i + 2) == in[start + 2]) {
        return true;
      }
    }
    return false;
  }
}
