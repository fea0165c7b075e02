package io.logagg.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Arguments that make no sense are refused before anything is started. */
class BenchCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--checkpoints 2000,1000; must be ascending",
        "--checkpoints 0; must be ascending",
        "--records 10; must fill a request",
        "--rate -1; nothing may be negative",
        "read --records 10; must fill a request",
        "read --samples 0; be 1 or more",
        "start --times 0; --times must be 1 or more",
        "--unknown; Unknown option",
      })
  void refuses(String arguments, String why) {
    StringWriter err = new StringWriter();
    int status =
        new CommandLine(new BenchCommand())
            .setErr(new PrintWriter(err))
            .execute(arguments.split(" ", -1));

    assertEquals(CommandLine.ExitCode.USAGE, status);
    assertTrue(err.toString().contains(why), err::toString);
  }

  @Test
  void shouldHaveAMeasurementForEachThingApart() {
    assertEquals(
        Set.of("read", "seal", "start", "patterns", "protocols", "import", "alerts"),
        new CommandLine(new BenchCommand()).getSubcommands().keySet());
  }
}
