package io.logagg.pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MaskerTest {
  private final Masker masker = new Masker(200, 20);

  private String mask(String message) {
    MaskedText masked = masker.mask(message);
    StringBuilder shown = new StringBuilder();
    int slot = 0;
    for (char c : masked.copy()) {
      shown.append(c == Slot.MARK ? masked.kind(slot++).shown() : String.valueOf(c));
    }
    return shown.toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          nothing varies here.|nothing varies here.
          took 15 ms, then 2.5s|took <duration>, then <duration>
          free 17.7 GB of 20GB|free <size> of <size>
          waited <1 sec|waited <duration>
          100% of -5|<num> of <num>
          5 apples|<num> apples
          from 10.0.0.7|from <address>
          from /10.0.0.7:5432 failed|from <address> failed
          10.0.0.7:5432:Got it|<address>:Got it
          bound fe80::1c2:3ff and 00:1b:44:11:3a:b7|bound <address> and <address>
          to db.example.com:5432 via Main.java:17|to <address> via Main.java:<num>
          open /var/lib/x (/etc/passwd): denied|open <path> (<path>): denied
          load C:\\Temp\\a.dll from s3://bucket/key|load <path> from <path>
          read/write of text/plain|read/write of text/plain
          HTTP/1.1 request|HTTP/<num> request
          at 2024-05-06T07:08:09.123Z and 07:08|at <time> and <time>
          since Sat Jul  9 22:53:22 2005 here|since <*> here
          task_17 of 9f86d081-884c-4d65-9a2f-eaa0c55ad015|<id> of <id>
          at 0x7ffe12 or deadbeef01|at <id> or <id>
          a user=root, uid=0 tty= ok|a user=<*>, uid=<num> tty=<*> ok
          x 5 y6=7 z|x <num> <id>=<num> z
          tag="two words", x="y"|tag=<*>, x=<*>
          heap=<used:5, max:7>|heap=<used:<num>, max:<num>>
          started 'worker pool' and 'worker'.|started 'worker pool' and '<*>'.
          ids 1, 2, 3 and [4,5]|ids <num> and [<num>]
          fans ( 3552 **** 3515 ) and ( **** 12 )|fans ( <*> ) and ( <*> )
          r1=0x0f r2=0x1e r3=0xff|<id>=<*>
          rack-1 0x1f <ok> rack-2 0x2f <ok> end|<id> <id> <ok> end
          enable............1|enable............<num>
          is true, was false|is <*>, was <*>
          ***** BEGIN *****|***** BEGIN *****
          """)
  void shouldMaskByForm(String message, String masked) {
    assertEquals(masked, mask(message));
  }

  @Test
  void shouldTakeFurtherLinesForOnePart() {
    assertEquals("it failed: <*>", mask("it failed:\n\tat a.B.c(B.java:5)\n\tat d.E.f(E.java:6)"));
    assertEquals("one line", mask("\n one line\n  \n"));
  }

  @Test
  void shouldTakeWhatIsBeyondTheLimitsForOnePart() {
    assertEquals("w ".repeat(20) + "<*>", mask("w ".repeat(21)));
    assertEquals("w ".repeat(20).strip(), mask("w ".repeat(20)));
    assertEquals("x".repeat(200) + " <*>", mask("x".repeat(201)));
    assertEquals("x".repeat(200), mask("x".repeat(200)));
    assertEquals("ids <*>", mask("ids " + "task_1 ".repeat(40)));
  }

  @Test
  void shouldMakeNothingOfNothing() {
    assertEquals("", mask(""));
    assertEquals("", mask(" \t\u0001\n"));
  }

  @Test
  void shouldKeepTextBeyondAscii() {
    assertEquals("größe <num> übertragen 日本語", mask("größe 17 übertragen 日本語"));
  }
}
