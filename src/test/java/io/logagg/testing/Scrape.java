package io.logagg.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code /metrics} answered.
 *
 * @param types by family
 * @param help by family
 */
public record Scrape(Map<String, String> types, Map<String, String> help, List<Sample> samples) {
  private static final Pattern COMMENT = Pattern.compile("# (TYPE|HELP) (\\S+) ?(.*)");
  private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

  /** One line of it. */
  public record Sample(String name, Map<String, String> labels, double value) {}

  /** What a server answers now. */
  public static Scrape of(RunningLogagg server, String... headers) {
    HttpResponse<String> answer = server.get("/metrics", headers);
    assertEquals(200, answer.statusCode(), answer::body);
    return of(answer.body());
  }

  public static Scrape of(String text) {
    Map<String, String> types = new TreeMap<>();
    Map<String, String> help = new HashMap<>();
    List<Sample> samples = new ArrayList<>();
    text.lines()
        .forEach(
            line -> {
              Matcher comment = COMMENT.matcher(line);
              Matcher sample = SAMPLE.matcher(line);
              if (comment.matches()) {
                (comment.group(1).equals("TYPE") ? types : help)
                    .put(comment.group(2), comment.group(3));
              } else if (sample.matches()) {
                samples.add(
                    new Sample(
                        sample.group(1),
                        labels(sample.group(2)),
                        Double.parseDouble(sample.group(3).replace("+Inf", "Infinity"))));
              } else if (!line.isEmpty()) {
                throw new AssertionError("no line of Prometheus' format: " + line);
              }
            });
    return new Scrape(types, help, samples);
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new TreeMap<>();
    Matcher label = LABEL.matcher(text == null ? "" : text);
    while (label.find()) {
      labels.put(label.group(1), label.group(2));
    }
    return labels;
  }

  /** The sum over all series of the name that have these labels, given as names and values. */
  public double sum(String name, String... labels) {
    return samples.stream()
        .filter(sample -> sample.name().equals(name))
        .filter(
            sample -> {
              for (int i = 0; i < labels.length; i += 2) {
                if (!labels[i + 1].equals(sample.labels().get(labels[i]))) {
                  return false;
                }
              }
              return true;
            })
        .mapToDouble(Sample::value)
        .sum();
  }
}
