package io.logagg.bench;

import io.logagg.bench.LoadGenerator.Load;
import io.logagg.bench.ServerUnderTest.Instances;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Fills a server with old records, has them sealed, and measures both that and searching them. */
@Command(
    name = "seal",
    mixinStandardHelpOptions = true,
    description =
        "Fills a server with records of four days or more that are over, has them sealed, the last day while records come in, and measures sizes, sealing, ingest beside it, and queries over HTTP.")
final class SealCommand implements Callable<Integer> {
  private static final Instances INSTANCES = new Instances(2, 2, 2);

  /** What is asked for is sealed by hand. */
  private static final Map<String, String> SETTINGS =
      Map.of("LOGAGG_STORAGE_SEAL_AFTER_HOURS", "0");

  private static final int MIN_DAYS = 4;

  /** So that what comes in beside the last day does not fill the disk where there are very many. */
  private static final long MAX_RECORDS_PER_DAY = 2_500_000;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private LoadOptions loadOptions = new LoadOptions();
  @Mixin private FillOptions fill = new FillOptions();

  @Option(names = "--rows", description = "Ask the same of the rows first.")
  private boolean rows;

  /** What is written as JSON. */
  record Results(
      long records,
      long rowBytes,
      long blockBytes,
      List<SealPhase> phases,
      List<ReadResult> questions) {

    String summary() {
      return "%,d records of %d bytes of NDJSON: %.1f bytes each as rows, %.1f as blocks (%.3f of NDJSON)%n%n"
              .formatted(
                  records,
                  SampleBodies.RECORD_BYTES,
                  (double) rowBytes / records,
                  (double) blockBytes / records,
                  (double) blockBytes / records / SampleBodies.RECORD_BYTES)
          + SealPhase.table(phases)
          + "\n"
          + ReadResult.table(questions);
    }
  }

  @Override
  public Integer call() throws Exception {
    if (fill.records() < (long) MIN_DAYS * loadOptions.batch() || fill.samples() < 1) {
      throw BenchOptions.wrong(
          spec, "--records must fill some requests of --batch records, --samples be 1 or more");
    }
    try (Cleanup cleanup = new Cleanup()) {
      Path data = cleanup.newFolder(options.folder());
      ServerUnderTest server =
          ServerUnderTest.start(cleanup, data, INSTANCES, options.jvm(), SETTINGS);
      try (BenchDatabase database = new BenchDatabase(server.postgresUrl())) {
        Machine machine = Machine.of(server.servers(), data, options.jvm());
        Results results = measure(server, database);
        System.out.print(machine.summary() + "\n" + results.summary());
        options.writeJson(new BenchReport(machine, results));
      }
    }
    return 0;
  }

  private Results measure(ServerUnderTest server, BenchDatabase database)
      throws IOException, SQLException, InterruptedException {
    Instant end = LocalDate.now(ZoneOffset.UTC).atStartOfDay().toInstant(ZoneOffset.UTC);
    int days = (int) Math.max(MIN_DAYS, fill.records() / MAX_RECORDS_PER_DAY);
    Load load = loadOptions.filling(server.port(), fill.records());
    ReadLoad filling = new ReadLoad(database, load, fill.records(), end, Duration.ofDays(days));
    filling.fill();
    long rowBytes = database.bytes();
    SealedQuestions questions = new SealedQuestions(server, fill.samples(), filling.span());
    List<ReadResult> answers = new ArrayList<>();
    if (rows) {
      answers.addAll(questions.ask("rows"));
    }
    database.growOld();
    SealRun run = new SealRun(server, database, load, end);
    List<SealPhase> phases = run.phases(days);
    long blockBytes = database.blockBytes();
    answers.addAll(questions.ask("blocks"));
    return new Results(filling.span().records(), rowBytes, blockBytes, phases, answers);
  }
}
