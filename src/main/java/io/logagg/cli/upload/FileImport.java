package io.logagg.cli.upload;

import io.logagg.cli.client.ApiClient;
import io.logagg.cli.client.ClientException;
import io.logagg.cli.client.Retry;
import io.logagg.cli.upload.BodySender.Encoding;
import io.logagg.cli.upload.Outcome.Told;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Imports files, one after the other, each over several connections. Belongs to one thread, but for
 * {@link #interrupt}.
 */
public final class FileImport {
  private static final long DAY_MS = TimeUnit.HOURS.toMillis(24);
  private static final long END_LIMIT_SECONDS = 10;

  private final ApiClient client;
  private final Retry retry;
  private final Settings settings;
  private final Listener listener;
  private final LongSupplier nowMs;
  private final Supplier<String> chance;
  private volatile @Nullable Acknowledged current;

  /**
   * How to import.
   *
   * @param format null to see for itself
   * @param app of records that name none, as are service and level; null for none
   * @param connections at once
   * @param notes where to keep them
   * @param again whether what was imported is imported anew
   */
  public record Settings(
      @Nullable TextFormat format,
      @Nullable String app,
      @Nullable String service,
      @Nullable String level,
      int connections,
      boolean compressed,
      ImportNotes notes,
      boolean again) {}

  /** Is told what happens, by several threads. */
  public interface Listener {
    /** So much of the file was read, and so many of its records are in. */
    void progress(String file, long readBytes, long allBytes, long records);

    /** A record that cannot be used. */
    void rejected(String file, long line, String error, byte[] text);

    /** Something that people should know. */
    void note(String text);
  }

  /**
   * What was done.
   *
   * @param records that are in, those included that the server knew already
   * @param linesBefore of those that a run before brought in
   * @param incomplete why not all of it could be read; null if it could
   */
  public record Result(
      long records, long rejected, long linesBefore, @Nullable String incomplete) {}

  /**
   * For one command.
   *
   * @param retry also for a server that is away
   * @param nowMs since the Unix epoch
   * @param chance makes names that nobody else makes
   */
  public FileImport(
      ApiClient client,
      Retry retry,
      Settings settings,
      Listener listener,
      LongSupplier nowMs,
      Supplier<String> chance) {
    this.client = client;
    this.retry = retry;
    this.settings = settings;
    this.listener = listener;
    this.nowMs = nowMs;
    this.chance = chance;
  }

  /**
   * Imports what is new in a file.
   *
   * @throws ClientException if it cannot be done; what is acknowledged is noted
   * @throws IOException if the file or its note cannot be read or written
   */
  public Result file(Path file) throws IOException, InterruptedException {
    if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
      return stream(Files.newInputStream(file)); // Such as a pipe, which can be read once.
    }
    ImportNotes notes = settings.notes();
    Opening opening = Opening.of(file, settings.format(), this::target, notes, settings.again());
    try (SourceFile source = opening.source()) {
      String name = notes.freeName(ContentHash.of(opening.target().name(), opening.headHash()));
      ImportNote known = opening.note();
      ImportNote note =
          known == null
              ? beginning(name, file.toString(), opening, settings.again() ? chance.get() : "")
              : known;
      warnOfAge(known, file.toString());
      FileChannel lock = notes.lock(note.name(), file.toString());
      try {
        return send(source, opening, note, notes);
      } finally {
        lock.close();
      }
    }
  }

  /** Imports what can be read once, and is not known when it comes again. */
  public Result stream(InputStream in) throws IOException, InterruptedException {
    try (SourceFile source = SourceFile.of(in, 0)) {
      Opening opening = Opening.ofStream(source, settings.format(), this::target);
      return send(source, opening, beginning("", "-", opening, chance.get()), null);
    }
  }

  private Target target(TextFormat format) {
    if (format == TextFormat.TEXT && settings.app() == null) {
      throw ClientException.usage("lines of text name no app: give one with --app");
    }
    return new Target(
        client.access().base(), format, settings.app(), settings.service(), settings.level());
  }

  private ImportNote beginning(String name, String file, Opening opening, String anew) {
    return new ImportNote(
        name,
        opening.target().name(),
        file,
        opening.headBytes(),
        opening.headHash(),
        0,
        new ContentHash().soFar(),
        0,
        List.of(),
        anew,
        nowMs.getAsLong(),
        false);
  }

  private void warnOfAge(@Nullable ImportNote note, String file) {
    if (note != null && !note.whole() && nowMs.getAsLong() - note.savedAtMs() > DAY_MS) {
      listener.note(
          "%s: its import broke off more than a day ago; what was under way then may be stored twice"
              .formatted(file));
    }
  }

  private Result send(
      SourceFile source, Opening opening, ImportNote note, @Nullable ImportNotes notes)
      throws IOException, InterruptedException {
    Acknowledged acknowledged = new Acknowledged(notes, note, System::nanoTime, nowMs);
    current = acknowledged;
    BodyCutter cutter =
        new BodyCutter(
            source.content(),
            opening.target().format(),
            opening.hash(),
            note.offset(),
            note.lines() + 1,
            note.cuts());
    Encoding encoding = settings.compressed() ? Encoding.ZSTD : Encoding.NONE;
    BodySender sender = new BodySender(client, retry, encoding, opening.target(), note.anew());
    Sending sending = new Sending(source, note.file(), sender, acknowledged);
    try {
      sending.all(cutter);
      acknowledged.whole();
    } finally {
      // As far as it came, whatever ended it.
      if (sending.hasSent()) {
        acknowledged.save();
      }
      current = null;
    }
    return new Result(
        sending.records.get(), sending.rejected.get(), note.lines(), incomplete(cutter));
  }

  private static @Nullable String incomplete(BodyCutter cutter) {
    IOException damage = cutter.damage();
    if (damage != null) {
      String why = damage.getMessage();
      return "it is cut off or damaged: " + (why == null ? damage.getClass().getSimpleName() : why);
    }
    return cutter.unfinishedBytes() > 0
        ? "its last line, of %d bytes, is not whole".formatted(cutter.unfinishedBytes())
        : null;
  }

  /**
   * Notes what is acknowledged, since the process is about to end. For any thread.
   *
   * @return whether something was under way
   */
  public boolean interrupt() throws IOException {
    Acknowledged acknowledged = current;
    if (acknowledged == null) {
      return false;
    }
    acknowledged.save();
    return true;
  }

  /** The bodies of one file on their way. */
  private final class Sending {
    private final SourceFile source;
    private final String file;
    private final BodySender sender;
    private final Acknowledged acknowledged;
    private final Semaphore room = new Semaphore(2 * settings.connections());
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private volatile boolean sent;

    Sending(SourceFile source, String file, BodySender sender, Acknowledged acknowledged) {
      this.source = source;
      this.file = file;
      this.sender = sender;
      this.acknowledged = acknowledged;
    }

    boolean hasSent() {
      return sent;
    }

    void all(BodyCutter cutter) throws IOException, InterruptedException {
      ExecutorService threads = Executors.newFixedThreadPool(settings.connections());
      try {
        Body body = cutter.next();
        while (body != null && failure.get() == null) {
          room.acquire();
          if (cutter.isAtEnd()) {
            acknowledged.endsWith(body);
          }
          Body next = body;
          if (sent) {
            threads.execute(() -> send(next));
          } else {
            sent = true;
            send(next);
            refuseIfAllAreBad(cutter);
          }
          body = cutter.next();
        }
        threads.shutdown();
        while (failure.get() == null && !threads.awaitTermination(1, TimeUnit.SECONDS)) {
          progress();
        }
      } finally {
        threads.shutdownNow();
        // What is answered yet is noted; what is not will be sent again.
        boolean ended = threads.awaitTermination(END_LIMIT_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
          listener.note(file + ": a request did not end in time");
        }
      }
      rethrow(failure.get());
    }

    /** As when no app is named: thousands more would only become dead letters. */
    private void refuseIfAllAreBad(BodyCutter cutter) {
      if (records.get() == 0 && rejected.get() > 0 && !cutter.isAtEnd()) {
        throw ClientException.failed(
            "%s: none of the first %d records can be used; the rest is not sent"
                .formatted(file, rejected.get()));
      }
    }

    private static void rethrow(@Nullable Throwable failed) throws IOException {
      if (failed instanceof IOException io) {
        throw io;
      }
      if (failed instanceof RuntimeException e) {
        throw e;
      }
      if (failed != null) {
        throw new IllegalStateException(failed);
      }
    }

    private void send(Body body) {
      if (failure.get() != null) {
        return;
      }
      try {
        Outcome outcome = sender.send(body);
        acknowledged.add(body);
        records.addAndGet(outcome.enqueued());
        rejected.addAndGet(outcome.rejected());
        tell(body, outcome);
        progress();
      } catch (IOException | RuntimeException e) {
        failure.compareAndSet(null, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        room.release();
      }
    }

    private void progress() {
      listener.progress(file, source.readBytes(), source.sizeBytes(), records.get());
    }

    private void tell(Body body, Outcome outcome) {
      for (Told told : outcome.told()) {
        long line = body.firstLine() - 1 + told.line();
        listener.rejected(file, line, told.error(), body.line(told.line()));
      }
      long untold = outcome.rejected() - outcome.told().size();
      if (untold > 0) {
        listener.note(
            "%s: %d more between lines %d and %d cannot be used, which the server did not name"
                .formatted(file, untold, body.firstLine(), body.firstLine() + body.lines() - 1));
      }
    }
  }
}
