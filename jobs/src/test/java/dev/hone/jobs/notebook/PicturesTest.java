package dev.hone.jobs.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.packing.Preview;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class PicturesTest {

  private static Preview.Line line(List<String> tokens, float... weights) {
    int[] ids = new int[weights.length];
    Arrays.setAll(ids, t -> 10 + t);
    String text = String.join("", tokens);
    return new Preview.Line(
        "<chat>", 3, 1, Optional.of("chosen"), text, text, tokens, ids, weights);
  }

  @Test
  void trainedTokensAreMarkedAndNothingIsTakenForHtml() {
    Preview preview =
        new Preview(
            List.of(line(List.of("<|im_start|>", "a\n", "<b>", "c"), 0, 0, 1, 0.5f)),
            List.of(new Preview.Refused("d", 7, "missing_field", "no <key>")));
    String html = Pictures.samples(preview);
    assertTrue(
        html.contains(
            "<pre class=\"tokens\"><span class=\"special\" title=\"10\">&lt;|im_start|&gt;</span>"
                + "<span title=\"11\">a<em>&#8629;</em>\n</span>"
                + "<mark class=\"special\" title=\"12\">&lt;b&gt;</mark>"
                + "<mark class=\"half\" title=\"13, weight 0.5\">c</mark></pre>"),
        html);
    assertTrue(html.contains("<b>&lt;chat&gt;</b>, row 3, piece 1, chosen</span>"), html);
    assertTrue(html.contains("<span>4 tokens, 2 trained</span>"), html);
    assertTrue(html.contains("<i style=\"width:50%\">"), html);
    assertTrue(
        html.contains(
            "<td>d</td><td class=\"n\">7</td><td>missing_field</td><td>no &lt;key&gt;</td>"),
        html);
  }

  @Test
  void aLongSampleIsCutInItsMiddle() {
    List<String> tokens = Collections.nCopies(1700, "x");
    String html = Pictures.samples(new Preview(List.of(line(tokens, new float[1700])), List.of()));
    assertTrue(html.contains("<em> ... 1,200 tokens ... </em>"), html);
    assertEquals(500, html.split("<span title=", -1).length - 1);
  }

  @Test
  void numbersAreShownShort() {
    assertEquals("12,345", Pictures.cell(12345L));
    assertEquals("0.1235", Pictures.cell(0.123456));
    assertEquals("NULL", Pictures.cell(null));
    assertEquals(400, Pictures.cell("x".repeat(1000)).length());
  }
}
