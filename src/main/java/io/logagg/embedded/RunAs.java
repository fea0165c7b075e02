package io.logagg.embedded;

import io.logagg.embedded.EmbeddedException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The privileges that the servers run with. PostgreSQL refuses to run as root, and Redis has no
 * need of it either, so under root both run through a command that gives the privileges up.
 *
 * <p>All the commands used here replace themselves by the server (exec) and do not fork, so the pid
 * of the process that was started is the pid of the server.
 *
 * @param prefix what to put before a command; empty when this process is no root
 */
record RunAs(List<String> prefix, String description) {
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(30);

  /** Accounts that may be there for servers; the first that exists is taken. */
  private static final List<String> ACCOUNTS = List.of("logagg", "postgres", "nobody");

  static final RunAs SELF = new RunAs(List.of(), "this user");

  RunAs {
    prefix = List.copyOf(prefix);
  }

  /**
   * Finds the first way that works, by trying it on the binary.
   *
   * @param binary answers to {@code --version}
   * @param refusesRoot whether running as root must be ruled out
   */
  static RunAs choose(DataFolder folder, Path binary, boolean refusesRoot)
      throws IOException, InterruptedException {
    if (!isRoot()) {
      return SELF;
    }
    List<String> tried = new ArrayList<>();
    for (Candidate candidate : candidates(folder)) {
      int uid = folder.ownerUid();
      int gid = folder.ownerGid();
      candidate.prepare(folder);
      String problem = candidate.runAs().problemWith(folder, binary);
      if (problem.isEmpty()) {
        return candidate.runAs();
      }
      tried.add(candidate.runAs().description() + ": " + problem);
      if (folder.ownerUid() != uid) {
        folder.giveTo(uid, gid);
      }
    }
    if (!refusesRoot) {
      return SELF;
    }
    throw new EmbeddedException(
        Reason.ROOT,
        "PostgreSQL does not run as root, and giving root up failed (%s); run logagg as an ordinary user, set embedded.dataDir to a folder that such an account can enter, or %s"
            .formatted(String.join("; ", tried), EmbeddedException.OWN_SERVERS));
  }

  /** With a session of its own, so that Ctrl-C in a terminal reaches logagg only. */
  List<String> inOwnSession(List<String> command) {
    // setsid forks only when it leads a process group, which a child of the JVM never does.
    List<String> session = Commands.find("setsid").map(List::of).orElse(List.of());
    return Commands.join(session, Commands.join(prefix, command));
  }

  static boolean isRoot() throws IOException {
    return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  private record Candidate(RunAs runAs, Optional<Account> newOwner) {
    void prepare(DataFolder folder) throws IOException {
      if (newOwner.isPresent()) {
        folder.giveTo(newOwner.get().uid(), newOwner.get().gid());
      }
    }
  }

  private record Account(String name, int uid, int gid) {}

  private static List<Candidate> candidates(DataFolder folder) throws IOException {
    List<Candidate> found = new ArrayList<>();
    if (folder.ownerUid() != 0) {
      // The owner ran logagg here before, or root chose an account at the first start.
      Account owner = new Account("uid " + folder.ownerUid(), folder.ownerUid(), folder.ownerGid());
      asAccount(owner).ifPresent(r -> found.add(new Candidate(r, Optional.of(owner))));
      return found;
    }
    // In a user namespace of its own, root is an ordinary user that still owns root's files.
    Commands.find("unshare")
        .map(unshare -> new RunAs(List.of(unshare, "-U", "--"), "a user namespace (unshare -U)"))
        .ifPresent(r -> found.add(new Candidate(r, Optional.empty())));
    Optional<Account> account = serverAccount();
    account.flatMap(RunAs::asAccount).ifPresent(r -> found.add(new Candidate(r, account)));
    return found;
  }

  private static Optional<RunAs> asAccount(Account account) {
    return Commands.find("setpriv")
        .map(
            setpriv ->
                new RunAs(
                    List.of(
                        setpriv,
                        "--reuid=" + account.uid(),
                        "--regid=" + account.gid(),
                        "--clear-groups",
                        "--"),
                    "account " + account.name() + " (setpriv)"));
  }

  private static Optional<Account> serverAccount() throws IOException {
    List<String> passwd = Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1);
    for (String name : ACCOUNTS) {
      for (String line : passwd) {
        List<String> fields = List.of(line.split(":", -1));
        if (fields.size() > 3 && fields.get(0).equals(name)) {
          int uid = Integer.parseInt(fields.get(2));
          return Optional.of(new Account(name, uid, Integer.parseInt(fields.get(3))));
        }
      }
    }
    return Optional.empty();
  }

  private String problemWith(DataFolder folder, Path binary) throws InterruptedException {
    Commands.Result result =
        Commands.run(
            Commands.join(prefix, List.of(binary.toString(), "--version")),
            folder.root(),
            "",
            PROBE_LIMIT);
    if (result.ok()) {
      return "";
    }
    return result.output().isEmpty() ? "exit status " + result.exit() : result.output();
  }
}
