package dev.hone.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.EvalRewardRow;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

@Tag("unit")
class RocSectionTest {

  private static EvalRewardRow row(long step, String set, long pair, double c, double r) {
    return new EvalRewardRow("run", step, set, pair, (float) c, (float) r);
  }

  private static Document drawn(List<EvalRewardRow> rows) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader("<p>" + RocSection.html(rows) + "</p>")));
  }

  private static List<Element> all(Document page, String tag, String style) {
    NodeList nodes = page.getElementsByTagName(tag);
    return IntStream.range(0, nodes.getLength())
        .mapToObj(i -> (Element) nodes.item(i))
        .filter(node -> node.getAttribute("class").equals(style))
        .toList();
  }

  private static List<String> keys(Document page) {
    return all(page, "span", "key").stream().map(Element::getTextContent).toList();
  }

  /**
   * The worked example of RocCurve after 40 steps; before, the two rewards of a pair were equal.
   */
  @Test
  void theFirstIsLightAndTheLastStrong() throws Exception {
    Document page =
        drawn(
            List.of(
                row(0, "set", 0, 1, 1),
                row(0, "set", 1, 1, 1),
                row(40, "set", 0, 3, 2),
                row(40, "set", 1, 2, 1)));
    assertEquals(List.of("step 0, AUC 0.5000", "step 40, AUC 0.8750"), keys(page));
    List<Element> lines = all(page, "path", "line");
    assertEquals(
        List.of("M0.0 100.00L1000.0 0.00", "M0.0 100.00L0.0 50.00L500.0 0.00L1000.0 0.00"),
        lines.stream().map(line -> line.getAttribute("d")).toList());
    assertEquals(
        List.of("stroke:var(--blue);opacity:.45", "stroke:var(--blue)"),
        lines.stream().map(line -> line.getAttribute("style")).toList());
    assertEquals("M0 100L1000 0", all(page, "path", "chance").get(0).getAttribute("d"));
  }

  @Test
  void everySetHasAChart() throws Exception {
    String nasty = "b" + Stories.NASTY;
    Document page = drawn(List.of(row(3, "a", 0, 2, 1), row(3, nasty, 0, 1, 2)));
    assertEquals(
        List.of("ROC of a", "ROC of " + nasty.replace('\u0000', '\u2400')),
        IntStream.range(0, 2)
            .mapToObj(i -> page.getElementsByTagName("h5").item(i).getTextContent())
            .toList());
    assertEquals(List.of("step 3, AUC 1.0000", "step 3, AUC 0.0000"), keys(page));
  }

  @Test
  void aCurveOfManyPairsIsThin() throws Exception {
    Random random = new Random(4);
    List<EvalRewardRow> rows = new ArrayList<>();
    for (int pair = 0; pair < 3000; pair++) {
      rows.add(row(9, "set", pair, random.nextGaussian() + 1, random.nextGaussian()));
    }
    String path = all(drawn(rows), "path", "line").get(0).getAttribute("d");
    int points = path.split("L").length;
    assertTrue(points > 300 && points <= 400, "points " + points);
  }

  @Test
  void withoutRewardsThereIsNone() {
    assertEquals("", RocSection.html(List.of()));
  }
}
