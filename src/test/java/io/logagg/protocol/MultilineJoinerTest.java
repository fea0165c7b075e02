package io.logagg.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MultilineJoinerTest {
  private static final long MS = 1_000_000;

  private final List<String> out = new ArrayList<>();
  private final MultilineJoiner<Integer> joiner =
      new MultilineJoiner<>(10_000, (first, text) -> out.add(first + ":" + text));
  private int lines;

  private void add(String sender, String text, long ms) {
    joiner.add(sender, ++lines, text, ms * MS);
  }

  /** Between two ordinary lines, each text is to become one. */
  private void assertJoined(String text) {
    add("s", "before", 0);
    text.lines().forEach(line -> add("s", line, 0));
    add("s", "after", 0);
    joiner.flush();
    assertEquals(
        List.of("1:before", "2:" + text.stripTrailing(), lines + ":after"), out, "of " + text);
    assertEquals(0, joiner.heldChars());
  }

  @Test
  void shouldJoinJava() {
    assertJoined(
        """
        Request failed
        java.lang.IllegalStateException: cannot do it
        \tat com.example.Shop.order(Shop.java:12)
        \tat com.example.Shop$1.run(Shop.java:40) [shop.jar:?]
        \tSuppressed: java.io.IOException: closed
        \t\tat com.example.Shop.close(Shop.java:9)
        Caused by: java.net.ConnectException: refused
        \tat java.base/sun.nio.ch.Net.connect(Net.java:1)
        \t... 12 more
        """);
  }

  @Test
  void shouldJoinJavaWhoseIndentationIsLost() {
    assertJoined(
        """
        Request failed
        java.lang.NullPointerException
        at com.example.Shop.order(Shop.java:12)
        at java.base/java.lang.Thread.run(Thread.java:1583)
        Caused by: java.lang.Error: x
        ... 3 common frames omitted
        """);
  }

  @Test
  void shouldJoinJavaThroughRsyslog() {
    assertJoined(
        """
        Exception in thread "main" java.lang.Error: x
        #011at com.example.Shop.order(Shop.java:12)
        #011... 12 more
        """);
  }

  @Test
  void shouldJoinPython() {
    assertJoined(
        """
        ERROR:root:it failed
        Traceback (most recent call last):
          File "/app/a.py", line 3, in <module>
            x = {}['k']
        KeyError: 'k'

        During handling of the above exception, another exception occurred:

        Traceback (most recent call last):
          File "/app/a.py", line 5, in <module>
            raise shop.errors.OrderFailed("no")
        shop.errors.OrderFailed: no
        """);
  }

  @Test
  void shouldJoinGo() {
    assertJoined(
        """
        panic: runtime error: invalid memory address or nil pointer dereference
        [signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x45]

        goroutine 1 [running]:
        main.(*Shop).order(0xc0000, 0x1)
        \t/src/main.go:8 +0x1d
        main.main()
        \t/src/main.go:4 +0x2a
        created by main.start
        \t/src/main.go:20 +0x45
        exit status 2
        """);
  }

  @Test
  void shouldJoinNode() {
    assertJoined(
        """
        /app/x.js:3
            throw new Error('x')
            ^

        TypeError: Cannot read properties of undefined (reading 'x')
            at Object.<anonymous> (/app/x.js:1:2)
            at node:internal/main/run_main_module:23:47 {
          code: 'ENOENT'
        }

        Node.js v18.20.4
        """);
  }

  @Test
  void shouldJoinDotNet() {
    assertJoined(
        """
        Unhandled exception. System.InvalidOperationException: outer
         ---> System.ArgumentException: inner
           at Shop.Order.Check() in /src/Order.cs:line 12
           --- End of inner exception stack trace ---
           at Shop.Program.Main(String[] args) in /src/Program.cs:line 5
        --- End of stack trace from previous location ---
           at Shop.Program.Main(String[] args)
        """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "an ordinary line",
        "at noon the job started",
        "Caused by the weather",
        "... and so on",
        "} else {",
        "TypeError: x",
        "#01 first",
        "goroutine 1 [running]:",
        "main.main()",
        "KeyError: 'k'",
        "Node.js v18",
        ""
      })
  void shouldNotJoinWhatMayBeALineOfItsOwn(String line) {
    add("s", "before", 0);
    add("s", line, 0);
    joiner.flush();
    assertEquals(List.of("1:before", "2:" + line), out);
  }

  @Test
  void shouldNotJoinExceptionsThatFollowOneAnother() {
    add("s", "java.io.IOException: a", 0);
    add("s", "java.io.IOException: b", 0);
    joiner.flush();
    assertEquals(List.of("1:java.io.IOException: a", "2:java.io.IOException: b"), out);
  }

  @Test
  void shouldKeepSendersApart() {
    add("a", "one", 0);
    add("b", "two", 0);
    add("a", "  more of one", 0);
    add("b", "  more of two", 0);
    joiner.flush();
    assertEquals(List.of("1:one\n  more of one", "2:two\n  more of two"), out);
  }

  @Test
  void shouldHoldALineForTheWindowOnly() {
    add("s", "one", 0);
    joiner.expire(200 * MS);
    assertEquals(List.of(), out);
    assertEquals(3, joiner.heldChars());
    joiner.expire(201 * MS);
    assertEquals(List.of("1:one"), out);
    assertEquals(0, joiner.heldChars());
  }

  @Test
  void shouldJoinWithinTheWindowOnly() {
    add("s", "one", 0);
    add("s", " more", 200);
    add("s", " still more", 400);
    add("s", " too late", 601);
    joiner.flush();
    assertEquals(List.of("1:one\n more\n still more", "4: too late"), out);
  }

  @Test
  void shouldJoinSoManyLinesOnly() {
    add("s", "head", 0);
    IntStream.range(0, 500).forEach(i -> add("s", " " + i, 0));
    joiner.flush();
    assertEquals(List.of(500L, 1L), out.stream().map(text -> text.lines().count()).toList());
  }

  @Test
  void shouldJoinSoManyCharactersOnly() {
    add("s", "x".repeat(6000), 0);
    add("s", " " + "y".repeat(3998), 0);
    add("s", " ", 0);
    add("s", " z", 0);
    joiner.flush();
    assertEquals(List.of("3: ", "4: z"), out.subList(1, out.size()));
  }

  @Test
  void shouldHoldSoManySendersOnly() {
    IntStream.rangeClosed(1, 1001).forEach(i -> add("s" + i, "m", 0));
    assertEquals(List.of("1:m"), out);
  }

  @Test
  void shouldCountWhatAGroupTakesBesideItsText() {
    joiner.add("sender", 1, 40, "", 0);
    joiner.add("other", 2, "text", 0);
    joiner.add("other", 3, 70, " more", 0);
    int beside = 2 * MultilineJoiner.GROUP_BYTES + 6 + 5;
    assertEquals(beside + 40 + "text\n more".length(), joiner.heldBytes());
    joiner.flush();
    assertEquals(0, joiner.heldBytes());
  }
}
