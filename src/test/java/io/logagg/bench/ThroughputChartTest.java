package io.logagg.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.logagg.bench.ServerUnderTest.Instances;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ThroughputChartTest {
  @Test
  void drawsTwoBarsForEachResultAndTheReference() throws Exception {
    Document svg = draw(List.of(result(1, 100_000, 80_000), result(2, 150_000, 120_000)));

    assertEquals(2, bars(svg, "acknowledged").size());
    assertEquals(2, bars(svg, "committed").size());
    assertTrue(svg.getDocumentElement().getTextContent().contains("2 × 1 × 1"));
    assertTrue(svg.getDocumentElement().getTextContent().contains("COPY/s"));
  }

  @Test
  void barsAreAsHighAsTheirRates() throws Exception {
    Document svg = draw(List.of(result(1, 100_000, 50_000)));

    double acknowledged = height(bars(svg, "acknowledged").get(0));
    double committed = height(bars(svg, "committed").get(0));
    assertEquals(acknowledged, 2 * committed, 0.2);
  }

  @Test
  void needsNothingFromElsewhere() throws Exception {
    String svg = new ThroughputChart(List.of(result(1, 100_000, 80_000))).svg();

    assertFalse(svg.contains("href"));
    assertFalse(svg.contains("<script"));
    assertFalse(svg.contains("url("));
    assertTrue(svg.contains("prefers-color-scheme: dark"));
  }

  @Test
  void aRunThatGotNowhereCanBeDrawn() throws Exception {
    Document svg = draw(List.of(result(1, 0, 0)));

    assertEquals(1, bars(svg, "committed").size());
  }

  @ParameterizedTest
  @CsvSource({"373000, 50000", "100000, 25000", "99000, 10000", "12000, 2500", "1, 0.25"})
  void theAxisHasAHandfulOfSteps(double most, double step) {
    assertEquals(step, ThroughputChart.step(most));
    assertTrue(most / step >= 4 && most / step < 10);
  }

  private static BenchResult result(int http, double acknowledged, double committed) {
    return BenchResultTest.result(new Instances(http, 1, 1), acknowledged, committed);
  }

  private static Document draw(List<BenchResult> results) throws Exception {
    byte[] svg = new ThroughputChart(results).svg().getBytes(StandardCharsets.UTF_8);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg));
  }

  /** Without the one in the legend. */
  private static List<Element> bars(Document svg, String kind) {
    List<Element> bars = new ArrayList<>();
    NodeList rectangles = svg.getElementsByTagName("rect");
    for (int i = 0; i < rectangles.getLength(); i++) {
      Element rectangle = (Element) rectangles.item(i);
      if (kind.equals(rectangle.getAttribute("class")) && rectangle.hasChildNodes()) {
        bars.add(rectangle);
      }
    }
    return bars;
  }

  private static double height(Element bar) {
    return Double.parseDouble(bar.getAttribute("height"));
  }
}
