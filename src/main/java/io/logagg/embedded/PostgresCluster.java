package io.logagg.embedded;

import io.logagg.embedded.EmbeddedException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the PostgreSQL data directory and checks one that is there already. */
final class PostgresCluster {
  /** Name of the role and of the database it owns. It is no superuser, but may make other roles. */
  static final String ROLE = "logagg";

  /** Settings of ours, written anew before each start; {@code postgresql.conf} includes it. */
  static final String SETTINGS_FILE = "logagg.conf";

  private static final Logger log = LoggerFactory.getLogger(PostgresCluster.class);
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /**
   * The superuser has no password and no line here, so nobody reaches it over the network. The
   * group is there once somebody makes it, see docs/sql.md.
   */
  private static final String HBA =
      """
      # logagg: its own role over loopback, and those that may read; nothing else.
      host %1$s %1$s 127.0.0.1/32 scram-sha-256
      host %1$s +%1$s_reader 127.0.0.1/32 scram-sha-256
      """
          .formatted(ROLE);

  private final DataFolder folder;
  private final Path initdb;
  private final Path postgres;
  private final RunAs runAs;

  PostgresCluster(DataFolder folder, Path initdb, Path postgres, RunAs runAs) {
    this.folder = folder;
    this.initdb = initdb;
    this.postgres = postgres;
    this.runAs = runAs;
  }

  /**
   * Refuses the data of another major version, which this one cannot read.
   *
   * @param version as {@code postgres --version} prints it
   */
  static void checkVersion(Path pgData, String version) throws IOException {
    Path file = pgData.resolve("PG_VERSION");
    if (!Files.exists(file)) {
      return;
    }
    String found = Files.readString(file).strip();
    String bundled = version.replaceFirst("^.*\\) (\\d+).*$", "$1");
    if (!found.equals(bundled)) {
      throw new EmbeddedException(
          Reason.FOLDER_VERSION,
          ("data folder %s is of PostgreSQL %s, this logagg brings PostgreSQL %s. To upgrade: start the logagg"
                  + " that made it and dump with `pg_dump -Fc -f logagg.dump URL` (the URL is built from the files"
                  + " credentials and ports in that folder); move the folder away, start this logagg and restore"
                  + " with `pg_restore --clean --if-exists --no-owner -d URL logagg.dump`. See docs/embedded.md")
              .formatted(pgData, found, bundled));
    }
  }

  /** Makes the cluster if there is none; otherwise only sees to it that the password is known. */
  void ensure(Credentials credentials) throws IOException, InterruptedException {
    Path pgData = folder.postgres();
    if (Files.exists(pgData.resolve("PG_VERSION"))) {
      if (credentials.isNew()) {
        log.warn("the credentials file was missing: setting a new PostgreSQL password");
        singleUser(
            pgData, "ALTER ROLE %s PASSWORD '%s';\n".formatted(ROLE, credentials.postgres()));
      }
      return;
    }
    if (Files.isDirectory(pgData)) {
      // Only an empty one may go, such as a mount point would be; a rename needs the name free.
      Files.delete(pgData);
    }
    create(pgData, credentials);
  }

  /** Everything happens under another name, so that a crash half-way leaves nothing to mistake. */
  private void create(Path pgData, Credentials credentials)
      throws IOException, InterruptedException {
    Path temp = folder.temp("postgres");
    run(
        List.of(
            initdb.toString(),
            "-D",
            temp.toString(),
            "--username=postgres",
            "--encoding=UTF8",
            // Sorts alike on every system, so that a copied folder keeps its indexes valid.
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--data-checksums",
            "--auth=reject",
            "--no-instructions",
            "--no-sync"),
        "");
    Files.writeString(temp.resolve("pg_hba.conf"), HBA);
    Files.writeString(
        temp.resolve("postgresql.conf"),
        "\ninclude_if_exists = '" + SETTINGS_FILE + "'\n",
        StandardOpenOption.APPEND);
    singleUser(
        temp,
        """
        CREATE ROLE %1$s LOGIN CREATEROLE PASSWORD '%2$s';
        CREATE DATABASE %1$s OWNER %1$s;
        """
            .formatted(ROLE, credentials.postgres()));
    run(
        List.of(initdb.toString(), "--sync-only", "--sync-method=syncfs", "-D", temp.toString()),
        "");
    Files.move(temp, pgData, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Runs SQL, one statement a line, in a server that listens to nobody. */
  private void singleUser(Path pgData, String sql) throws InterruptedException {
    run(
        List.of(
            postgres.toString(),
            "--single",
            "-D",
            pgData.toString(),
            "-c",
            "exit_on_error=on",
            // An error must not print its statement: passwords stand in it.
            "-c",
            "log_min_error_statement=panic",
            "postgres"),
        sql);
  }

  private void run(List<String> command, String input) throws InterruptedException {
    Commands.Result result =
        Commands.run(Commands.join(runAs.prefix(), command), folder.root(), input, LIMIT);
    if (!result.ok()) {
      throw new EmbeddedException(
          Reason.START_FAILED,
          "%s failed with exit status %d: %s; %s"
              .formatted(
                  Path.of(command.get(0)).getFileName(),
                  result.exit(),
                  result.output().replaceAll("\\s*\\R\\s*", " | "),
                  EmbeddedException.OWN_SERVERS));
    }
  }
}
