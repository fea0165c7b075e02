package io.logagg.telemetry;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The meters of one name, one for each combination of the values of its labels, made when it is
 * first asked for. The values must be few and our own: each combination stays for ever.
 * Thread-safe.
 *
 * @param <M> the kind of meter
 */
public final class Family<M> {
  private final Map<List<String>, M> meters = new ConcurrentHashMap<>();
  private final Function<List<String>, M> make;

  Family(Function<List<String>, M> make) {
    this.make = make;
  }

  /** The meter with these values, in the order in which the labels were named. */
  public M of(String... values) {
    return meters.computeIfAbsent(List.of(values), make);
  }
}
