package io.logagg.filter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which records are meant. All that is given must hold; an empty list or null says nothing.
 *
 * @param apps names of apps
 * @param levels folded
 * @param services {@code ""} for records without one
 * @param sinceMicros inclusive, in microseconds since the epoch
 * @param untilMicros exclusive
 * @param text must be part of the message, in any case
 */
public record LogFilter(
    List<String> apps,
    List<String> levels,
    List<String> services,
    @Nullable Long sinceMicros,
    @Nullable Long untilMicros,
    @Nullable String text) {

  public static final LogFilter ALL =
      new LogFilter(List.of(), List.of(), List.of(), null, null, null);

  public LogFilter {
    apps = List.copyOf(apps);
    levels = List.copyOf(levels);
    services = List.copyOf(services);
  }

  /** The same between these times. */
  public LogFilter within(@Nullable Long since, @Nullable Long until) {
    return new LogFilter(apps, levels, services, since, until, text);
  }

  public boolean isAll() {
    return equals(ALL);
  }
}
