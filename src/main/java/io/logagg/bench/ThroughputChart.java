package io.logagg.bench;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The results as SVG: for each combination of instances a bar of what was acknowledged and one of
 * what was committed, and over them the rate of COPY as a line. It stands alone, without scripts or
 * fonts of its own, and follows the reader's light or dark scheme.
 */
final class ThroughputChart {
  private static final int LEFT = 80;
  private static final int TOP = 48;
  private static final int PLOT_HEIGHT = 260;
  private static final int BOTTOM = TOP + PLOT_HEIGHT;
  private static final int GROUP_WIDTH = 110;
  private static final int MIN_PLOT_WIDTH = 400;
  private static final int BAR_WIDTH = 32;
  private static final int LEGEND_STEP = 130;
  private static final int AXIS_STEPS_MIN = 4;

  private static final String STYLE =
      """
      <style>
        text { font: 12px system-ui, sans-serif; fill: #1f2328; }
        .back { fill: #ffffff; } .grid { stroke: #d1d9e0; } .axis { stroke: #59636e; }
        .acknowledged { fill: #9ec5fe; } .committed { fill: #0969da; }
        .copy { stroke: #bc4c00; stroke-width: 2; stroke-dasharray: 6 3; fill: none; }
        .middle { text-anchor: middle; } .end { text-anchor: end; }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3; } .back { fill: #0d1117; } .grid { stroke: #30363d; } .axis { stroke: #8b949e; }
          .acknowledged { fill: #284b78; } .committed { fill: #58a6ff; } .copy { stroke: #f0883e; }
        }
      </style>
      """;

  private final List<BenchResult> results;
  private final double step;
  private final double top;
  private final int plotWidth;
  private final StringBuilder out = new StringBuilder();

  ThroughputChart(List<BenchResult> results) {
    this.results = results;
    double most = results.stream().flatMapToDouble(ThroughputChart::rates).max().orElse(1);
    this.step = step(most);
    this.top = Math.max(1, Math.ceil(most / step)) * step;
    this.plotWidth = Math.max(MIN_PLOT_WIDTH, results.size() * GROUP_WIDTH);
  }

  private static DoubleStream rates(BenchResult result) {
    return DoubleStream.of(
        result.acknowledgedPerSecond(), result.committedPerSecond(), result.copyPerSecond());
  }

  /** A round number of which a handful make the axis. */
  static double step(double most) {
    double step = Math.pow(10, Math.floor(Math.log10(Math.max(1, most))));
    while (most / step < AXIS_STEPS_MIN) {
      step /= 2;
    }
    return step;
  }

  String svg() {
    int width = LEFT + plotWidth + 20;
    int height = BOTTOM + 56;
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">"
            .formatted(width, height, width, height));
    add("<title>Records a second by instances of http × consumers × persistence</title>");
    out.append(STYLE);
    add("<rect class=\"back\" width=\"%d\" height=\"%d\"/>".formatted(width, height));
    legend();
    axis();
    for (int i = 0; i < results.size(); i++) {
      group(i, results.get(i));
    }
    copyLine();
    text(LEFT + plotWidth / 2, BOTTOM + 44, "middle", "instances: http × consumers × persistence");
    add("</svg>");
    return out.toString();
  }

  private void legend() {
    int x = LEFT;
    for (String name : List.of("acknowledged", "committed")) {
      add("<rect class=\"%s\" x=\"%d\" y=\"14\" width=\"12\" height=\"12\"/>".formatted(name, x));
      text(x + 18, 25, "start", name + "/s");
      x += LEGEND_STEP;
    }
    add("<path class=\"copy\" d=\"M%d 20h24\"/>".formatted(x));
    text(x + 30, 25, "start", "COPY/s, the reference");
  }

  private void axis() {
    for (double value = 0; value <= top; value += step) {
      String line = value == 0 ? "axis" : "grid";
      add("<path class=\"%s\" d=\"M%d %.1fh%d\"/>".formatted(line, LEFT, y(value), plotWidth));
      text(LEFT - 8, (int) y(value) + 4, "end", "%,.0f".formatted(value));
    }
  }

  private void group(int index, BenchResult result) {
    int middle = middle(index);
    bar(middle - BAR_WIDTH - 1, "acknowledged", result.acknowledgedPerSecond());
    bar(middle + 1, "committed", result.committedPerSecond());
    text(middle, BOTTOM + 20, "middle", result.instances().toString());
  }

  private void bar(int x, String kind, double value) {
    add(
        "<rect class=\"%s\" x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"><title>%,.0f/s</title></rect>"
            .formatted(kind, x, y(value), BAR_WIDTH, BOTTOM - y(value), value));
  }

  /** Level over each group, for it was measured in each run. */
  private void copyLine() {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < results.size(); i++) {
      path.append(i == 0 ? 'M' : 'L');
      path.append("%d %.1f".formatted(middle(i) - GROUP_WIDTH / 2 + 8, y(copy(i))));
      path.append("h").append(GROUP_WIDTH - 16);
    }
    add("<path class=\"copy\" d=\"%s\"/>".formatted(path));
  }

  private double copy(int index) {
    return results.get(index).copyPerSecond();
  }

  private int middle(int index) {
    return LEFT + plotWidth * (2 * index + 1) / (2 * results.size());
  }

  private double y(double value) {
    return BOTTOM - PLOT_HEIGHT * value / top;
  }

  private void text(int x, int y, String anchor, String text) {
    add("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>".formatted(anchor, x, y, text));
  }

  private void add(String line) {
    out.append(line).append('\n');
  }
}
