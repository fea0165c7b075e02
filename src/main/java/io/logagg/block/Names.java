package io.logagg.block;

import java.util.List;

/**
 * App, level and service: what the block has of each, and by its place among these what each record
 * has.
 */
public final class Names {
  private final Dictionary<Integer> apps;
  private final Dictionary<String> levels;
  private final Dictionary<String> services;

  private Names(Dictionary<Integer> apps, Dictionary<String> levels, Dictionary<String> services) {
    this.apps = apps;
    this.levels = levels;
    this.services = services;
  }

  /** By their numbers. */
  public Dictionary<Integer> apps() {
    return apps;
  }

  public Dictionary<String> levels() {
    return levels;
  }

  /** The empty text stands for none. */
  public Dictionary<String> services() {
    return services;
  }

  static void write(ColumnWriter out, List<BlockRow> rows) {
    Dictionary.write(out, rows, BlockRow::appId, id -> out.varint(id));
    Dictionary.write(out, rows, BlockRow::level, out::text);
    Dictionary.write(out, rows, BlockRow::service, out::text);
  }

  static Names read(byte[] content, int rows) {
    ColumnReader in = new ColumnReader(content, 0, content.length);
    Dictionary<Integer> apps = Dictionary.read(in, rows, () -> in.upTo(Integer.MAX_VALUE));
    Dictionary<String> levels = Dictionary.read(in, rows, in::text);
    Dictionary<String> services = Dictionary.read(in, rows, in::text);
    in.mustEnd();
    return new Names(apps, levels, services);
  }
}
