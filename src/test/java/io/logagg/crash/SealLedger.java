package io.logagg.crash;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What records may be found, and as what, at every moment: while a request is under way, or was not
 * answered, as what they were or as what they become. Thread-safe.
 */
final class SealLedger {
  private static final int MAX_TOLD = 10;

  private final List<Allowed> records = new ArrayList<>();
  private final Set<Window> windows = new HashSet<>();

  /**
   * A record but for its id.
   *
   * @param timestamp in microseconds since the epoch
   * @param share a field of {@code metadata_}, by which some are deleted
   */
  record Content(
      String app, long timestamp, String level, String service, String message, int share) {

    /** The same as it is after a change. */
    Content changed(String nowLevel, String nowMessage) {
      return new Content(app, timestamp, nowLevel, service, nowMessage, share);
    }

    /** Its number in the ledger, with which each message begins; -1 if it has none. */
    int number() {
      int end = message.indexOf(' ');
      return end > 1 && message.substring(0, end).matches("r[0-9]{1,9}")
          ? Integer.parseInt(message.substring(1, end))
          : -1;
    }
  }

  /**
   * As what a record may be found.
   *
   * @param contents one of these, if at all
   */
  record Allowed(Set<Content> contents, boolean mayBeAbsent) {
    Allowed {
      contents = Set.copyOf(contents);
    }

    Allowed or(@Nullable Content content) {
      if (content == null) {
        return new Allowed(contents, true);
      }
      Set<Content> more = new HashSet<>(contents);
      more.add(content);
      return new Allowed(more, mayBeAbsent);
    }

    boolean isPresent() {
      return !mayBeAbsent;
    }
  }

  /** The number that the next record has. */
  synchronized int next() {
    return records.size();
  }

  /** A new one, about to be stored. */
  synchronized void add(Content content) {
    if (content.number() != records.size()) {
      throw new IllegalArgumentException(content.message());
    }
    set(records.size(), new Allowed(Set.of(content), true));
  }

  /** What a request that is about to be sent makes of a record; null if it deletes it. */
  synchronized void mayBecome(int number, @Nullable Content content) {
    set(number, records.get(number).or(content));
  }

  /** What a request that was answered has made of it; null if it is gone. */
  synchronized void is(int number, @Nullable Content content) {
    set(number, new Allowed(content == null ? Set.of() : Set.of(content), content == null));
  }

  private void set(int number, Allowed allowed) {
    if (number == records.size()) {
      records.add(allowed);
    } else {
      records.set(number, allowed);
    }
    windows.forEach(window -> window.widen(number, allowed));
  }

  /** Those of an app that are there for certain, by their numbers. */
  synchronized Map<Integer, Content> present(String app) {
    Map<Integer, Content> found = new TreeMap<>();
    for (int i = 0; i < records.size(); i++) {
      Allowed allowed = records.get(i);
      if (allowed.isPresent() && allowed.contents().iterator().next().app().equals(app)) {
        found.put(i, allowed.contents().iterator().next());
      }
    }
    return found;
  }

  /** Of how many it is not certain what they are. */
  synchronized long uncertain() {
    return records.stream()
        .filter(a -> a.contents().size() + (a.mayBeAbsent() ? 1 : 0) > 1)
        .count();
  }

  /** How many are there for certain. */
  synchronized long present() {
    return records.stream().filter(Allowed::isPresent).count();
  }

  /** Begins to look: what changes from now on may be seen before or after the change. */
  synchronized Window open() {
    Window window = new Window(records);
    windows.add(window);
    return window;
  }

  /** What may be seen by one who looks for a while. Guarded by the ledger. */
  final class Window implements AutoCloseable {
    private final List<Allowed> allowed;

    private Window(List<Allowed> now) {
      this.allowed = new ArrayList<>(now);
    }

    private void widen(int number, Allowed more) {
      if (number == allowed.size()) {
        allowed.add(more);
        return;
      }
      Allowed before = allowed.get(number);
      Set<Content> contents = new HashSet<>(before.contents());
      contents.addAll(more.contents());
      allowed.set(number, new Allowed(contents, before.mayBeAbsent() || more.mayBeAbsent()));
    }

    @Override
    public void close() {
      synchronized (SealLedger.this) {
        windows.remove(this);
      }
    }

    /** What is wrong with a number that was counted, of all records; empty if nothing is. */
    List<String> compareCount(String app, long count) {
      synchronized (SealLedger.this) {
        long least = 0;
        long most = 0;
        for (Allowed one : allowed) {
          boolean isMeant = one.contents().stream().anyMatch(c -> c.app().equals(app));
          least += isMeant && one.isPresent() ? 1 : 0;
          most += isMeant ? 1 : 0;
        }
        return count >= least && count <= most
            ? List.of()
            : List.of("%s: %d counted, not %d to %d".formatted(app, count, least, most));
      }
    }

    /** What is wrong with what was seen; empty if nothing is. */
    List<String> compare(List<Content> seen) {
      synchronized (SealLedger.this) {
        int[] times = new int[allowed.size()];
        List<String> strange = new ArrayList<>();
        for (Content content : seen) {
          int number = content.number();
          if (number < 0 || number >= times.length) {
            strange.add(content.toString());
          } else {
            times[number]++;
            if (!allowed.get(number).contents().contains(content)) {
              strange.add(content + " instead of " + allowed.get(number));
            }
          }
        }
        List<String> findings = new ArrayList<>();
        tell(findings, "not as it was stored", strange);
        tell(findings, "seen more than once", names(i -> times[i] > 1));
        tell(findings, "missing", names(i -> times[i] == 0 && allowed.get(i).isPresent()));
        return findings;
      }
    }

    private List<String> names(IntPredicate which) {
      return IntStream.range(0, allowed.size())
          .filter(which)
          .mapToObj(i -> "r" + i + " " + apps(i))
          .toList();
    }

    private Set<String> apps(int number) {
      Set<String> apps = new TreeSet<>();
      allowed.get(number).contents().forEach(c -> apps.add(c.app()));
      return apps;
    }
  }

  private static void tell(List<String> findings, String what, List<String> which) {
    if (!which.isEmpty()) {
      findings.add(
          "%s: %d, such as %s"
              .formatted(what, which.size(), which.subList(0, Math.min(MAX_TOLD, which.size()))));
    }
  }
}
