package io.logagg.it.agents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** rsyslog and syslog-ng, as programs that take messages at a port and send them on. */
final class SyslogSenders {
  private static final @Nullable String SYSLOG_NG = System.getenv("SYSLOG_NG");

  private SyslogSenders() {}

  /** Whether the environment says where syslog-ng is. */
  static boolean hasSyslogNg() {
    return SYSLOG_NG != null && Files.isRegularFile(Path.of(SYSLOG_NG));
  }

  /** syslog-ng, which sends what comes in at the port there. */
  static ClientProgram syslogNg(Path folder, int input, String destination) {
    Path conf =
        write(
            folder.resolve("syslog-ng.conf"),
            """
            @version: 3.38
            options { keep-hostname(yes); use-uniqid(yes); time-reopen(1); stats-freq(0); };
            source s { network(ip("127.0.0.1") port(%d) flags(syslog-protocol)); };
            destination d { %s };
            log { source(s); destination(d); flags(flow-control); };
            """
                .formatted(input, destination));
    return ClientProgram.start(
            folder.resolve("syslog-ng.log"),
            List.of(
                String.valueOf(SYSLOG_NG),
                "--foreground",
                "--no-caps",
                "--cfgfile=" + conf,
                "--persist-file=" + folder.resolve("persist"),
                "--control=" + folder.resolve("ctl"),
                "--pidfile=" + folder.resolve("pid")))
        .awaitListening(input);
  }

  /** Its destination for records with ids of their own, by HTTP. */
  static String byHttp(String url) {
    return """
    http(url("%s/api/v1/ingest")
      headers("Content-Type: application/x-ndjson", "Authorization: Bearer KEY")
      body('$(format-json --scope none id=$UNIQID timestamp=$ISODATE level=$LEVEL
              app=$PROGRAM message=$MESSAGE host=$HOST)')
      batch-lines(100) batch-timeout(100) frac-digits(6) time-reopen(1));
    """
        .formatted(url);
  }

  /** rsyslog, which sends what comes in at the port as to Elasticsearch. */
  static ClientProgram rsyslog(Path folder, int input, int output, String index, String key) {
    Path conf =
        write(
            folder.resolve("rsyslog.conf"),
            """
              global(workDirectory="%s")
              module(load="imptcp")
              module(load="omelasticsearch")
              input(type="imptcp" port="%d" address="127.0.0.1" ruleset="out")
              template(name="logagg-id" type="string" string="%%uuid%%")
              ruleset(name="out") {
                action(type="omelasticsearch" server="127.0.0.1" serverport="%d" uid="any" pwd="%s"
                  searchIndex="%s" searchType="" bulkmode="on"
                  dynbulkid="on" bulkid="logagg-id" writeoperation="create"
                  action.resumeRetryCount="-1" action.resumeInterval="1"
                  queue.type="LinkedList" queue.size="10000" queue.dequeueBatchSize="50")
              }
              """
                .formatted(folder, input, output, key, index));
    return ClientProgram.start(
            folder.resolve("rsyslog.log"),
            List.of(
                "rsyslogd",
                "-n",
                "-f",
                conf.toString(),
                "-i",
                folder.resolve("rsyslog.pid").toString()))
        .awaitListening(input);
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
