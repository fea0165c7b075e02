package io.logagg.stream;

import io.logagg.bus.Bus;
import io.logagg.bus.BusException;
import io.logagg.bus.DeadLetters;
import io.logagg.bus.Failure;
import io.logagg.bus.Persistence;
import io.logagg.bus.WriteOutcome;
import io.logagg.bus.WriteRequest;
import io.logagg.record.DeadLetter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes what persistence would, in memory: each key once. */
final class FakePersistence {
  private final Map<UUID, List<String>> stored = new ConcurrentHashMap<>();
  private final Map<UUID, DeadLetter> letters = new ConcurrentHashMap<>();
  private final List<WriteRequest> asked = new CopyOnWriteArrayList<>();
  private final List<Promise<Void>> held = new CopyOnWriteArrayList<>();
  private volatile boolean failing;
  private volatile boolean holding;

  static FakePersistence serve(Vertx vertx) {
    FakePersistence fake = new FakePersistence();
    Bus.register(vertx);
    Bus bus = Bus.of(vertx, 10_000);
    bus.serve(Persistence.WRITE, fake::write);
    bus.serve(Persistence.KEEP_DEAD_LETTERS, fake::keep);
    return fake;
  }

  private Future<WriteOutcome> write(WriteRequest request) {
    asked.add(request);
    Failure refusal = refusal(request);
    if (refusal != null) {
      return Future.failedFuture(new BusException(refusal, "not that, says the test"));
    }
    if (failing) {
      return Future.failedFuture(new BusException(Failure.TRANSIENT, "away, says the test"));
    }
    if (!holding) {
      return Future.succeededFuture(store(request));
    }
    Promise<Void> promise = Promise.promise();
    held.add(promise);
    return promise.future().map(go -> store(request));
  }

  /** A request is refused as long as any of its messages starts with a kind of failure. */
  private static Failure refusal(WriteRequest request) {
    for (Failure failure : List.of(Failure.REFUSED, Failure.INTERNAL)) {
      boolean named =
          request.deliveries().stream()
              .flatMap(delivery -> delivery.batch().records().stream())
              .anyMatch(record -> record.message().startsWith(failure.name()));
      if (named) {
        return failure;
      }
    }
    return null;
  }

  private WriteOutcome store(WriteRequest request) {
    int before = records();
    request
        .deliveries()
        .forEach(
            delivery ->
                stored.putIfAbsent(
                    delivery.batch().key(),
                    delivery.batch().records().stream().map(record -> record.message()).toList()));
    int added = records() - before;
    return new WriteOutcome(added, request.size() - added, List.of());
  }

  private Future<Integer> keep(DeadLetters request) {
    if (failing) {
      return Future.failedFuture(new BusException(Failure.TRANSIENT, "away, says the test"));
    }
    request.letters().forEach(letter -> letters.putIfAbsent(letter.id(), letter));
    return Future.succeededFuture(request.letters().size());
  }

  /** From now on nothing can be stored, or can again. */
  void fail(boolean on) {
    failing = on;
  }

  /** From now on nothing is answered until it is let go. */
  void hold() {
    holding = true;
  }

  void letGo() {
    holding = false;
    held.forEach(promise -> promise.tryComplete());
  }

  int heldRequests() {
    return held.size();
  }

  /** All requests, failed ones too. */
  List<WriteRequest> asked() {
    return asked;
  }

  int records() {
    return stored.values().stream().mapToInt(List::size).sum();
  }

  List<String> messages() {
    return stored.values().stream().flatMap(List::stream).sorted().toList();
  }

  List<DeadLetter> letters() {
    return List.copyOf(letters.values());
  }
}
