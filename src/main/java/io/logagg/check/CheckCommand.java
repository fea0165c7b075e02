package io.logagg.check;

import static io.logagg.command.CommandDatabase.await;

import io.logagg.command.CommandDatabase;
import io.logagg.persistence.BlockCheck;
import io.logagg.persistence.BlockCheck.Checked;
import io.logagg.seal.SealedBlock.BlockKey;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/**
 * Reads all sealed blocks and prints a line for each thing that is wrong with one, and one for all
 * together.
 */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Reads every sealed block in the database of the configuration and prints what is wrong with it. Changes no record. An embedded PostgreSQL must be running.",
      "Exit status: 0 if all are good, 1 if some are not, 2 if it could not look at all of them."
    })
public final class CheckCommand implements Callable<Integer> {
  private static final int DAMAGED = 1;

  @Mixin private CommandDatabase database = new CommandDatabase();

  @Override
  public Integer call() throws InterruptedException {
    return database.use((opened, random) -> check(new BlockCheck(opened)));
  }

  private static int check(BlockCheck check) throws InterruptedException {
    Progress progress = Progress.onTerminal(await(check.blocks()));
    long blocks = 0;
    long records = 0;
    long damaged = 0;
    try {
      @Nullable BlockKey at = null;
      for (Optional<Checked> next = await(check.next(at));
          next.isPresent();
          next = await(check.next(at))) {
        Checked checked = next.get();
        at = checked.first();
        blocks++;
        records += checked.records();
        if (!checked.faults().isEmpty()) {
          damaged++;
          progress.clear();
          checked.faults().forEach(fault -> System.out.println(checked.name() + ": " + fault));
        }
        progress.show(blocks);
      }
    } finally {
      progress.clear();
    }
    System.out.printf(
        "%d blocks with %d records: %s%n",
        blocks, records, damaged == 0 ? "all are good" : damaged + " damaged");
    return damaged == 0 ? ExitCode.OK : DAMAGED;
  }
}
