package io.logagg.block;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The different values of a column, and which of them each record has. */
public final class Dictionary<T> {
  private final List<T> values;
  private final int[] places;

  private Dictionary(List<T> values, int[] places) {
    this.values = values;
    this.places = places;
  }

  /** Each that occurs, once. */
  public List<T> values() {
    return values;
  }

  /** Where among the values that of a record stands. */
  public int place(int row) {
    return places[row];
  }

  public T get(int row) {
    return values.get(places[row]);
  }

  static <T> void write(
      ColumnWriter out, List<BlockRow> rows, Function<BlockRow, T> of, Consumer<T> write) {
    Map<T, Integer> known = new HashMap<>();
    List<T> values = new ArrayList<>();
    int[] places = new int[rows.size()];
    for (int i = 0; i < places.length; i++) {
      T value = of.apply(rows.get(i));
      Integer place = known.putIfAbsent(value, values.size());
      places[i] = place == null ? values.size() : place;
      if (place == null) {
        values.add(value);
      }
    }
    out.varint(values.size());
    values.forEach(write);
    for (int place : places) {
      out.varint(place);
    }
  }

  static <T> Dictionary<T> read(ColumnReader in, int rows, Supplier<T> read) {
    int count = in.upTo(rows);
    List<T> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(read.get());
    }
    int[] places = new int[rows];
    for (int i = 0; i < rows; i++) {
      places[i] = in.upTo(count - 1);
    }
    return new Dictionary<>(List.copyOf(values), places);
  }
}
