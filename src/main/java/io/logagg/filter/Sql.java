package io.logagg.filter;

import java.util.ArrayList;
import java.util.List;

/**
 * A statement that is being put together. Values only ever go in as parameters. Not thread-safe.
 */
public final class Sql {
  private final StringBuilder text = new StringBuilder(512);
  private final List<Object> parameters = new ArrayList<>();

  /** Adds a piece of SQL, a constant of the program. */
  public Sql add(String sql) {
    text.append(sql);
    return this;
  }

  /** Adds a value, as the next parameter. */
  public Sql bind(Object value) {
    return add(parameter(value));
  }

  /** The SQL of a value as the next parameter, to be added at will, more than once too. */
  public String parameter(Object value) {
    parameters.add(value);
    return "$" + parameters.size();
  }

  public String text() {
    return text.toString();
  }

  /** The values of {@code $1}, {@code $2} and so on. */
  public List<Object> parameters() {
    return List.copyOf(parameters);
  }
}
