package dev.hone.jobs.notebook;

import dev.hone.jobs.ui.Html;
import dev.hone.packing.Preview;
import java.util.regex.Pattern;

/** A sample token by token, each in a box of its own, with what is trained in colour. */
final class SampleHtml {
  /** Tokens at the beginning and at the end of a long sample that are shown. */
  private static final int END = 250;

  private static final Pattern SPECIAL = Pattern.compile("<\\|?[^\\s<>]+\\|?>");

  private SampleHtml() {}

  static String of(Preview.Line line) {
    int length = line.inputIds().length;
    int trained = 0;
    for (float weight : line.lossWeights()) {
      trained += weight > 0 ? 1 : 0;
    }
    StringBuilder html = new StringBuilder("<div class=\"sample\"><div class=\"who\"><span><b>");
    html.append(Html.text(line.dataset())).append("</b>, row ").append(line.row());
    if (line.piece() > 0) {
      html.append(", piece ").append(line.piece());
    }
    line.answer().ifPresent(answer -> html.append(", ").append(Html.text(answer)));
    html.append("</span><span>%s tokens, %s trained</span>".formatted(length, trained));
    html.append(
        "<div class=\"share\"><i style=\"width:%d%%\"></i></div></div><pre class=\"tokens\">"
            .formatted(length == 0 ? 0 : Math.round(100.0 * trained / length)));
    boolean cut = length > 2 * END;
    tokens(line, 0, cut ? END : length, html);
    if (cut) {
      html.append("<em> ... %s tokens ... </em>".formatted(Html.count(length - 2L * END)));
      tokens(line, length - END, length, html);
    }
    return html.append("</pre></div>").toString();
  }

  private static void tokens(Preview.Line line, int from, int to, StringBuilder html) {
    for (int t = from; t < to; t++) {
      String text = line.tokens().get(t);
      float weight = line.lossWeights()[t];
      String tag = weight > 0 ? "mark" : "span";
      String kind = weight > 0 && weight != 1 ? " half" : "";
      if (SPECIAL.matcher(text).matches()) {
        kind += " special";
      }
      html.append("<").append(tag);
      if (!kind.isEmpty()) {
        html.append(" class=\"").append(kind.strip()).append("\"");
      }
      html.append(" title=\"%d%s\">".formatted(line.inputIds()[t], weighed(weight)));
      html.append(shown(text)).append("</").append(tag).append(">");
    }
  }

  private static String weighed(float weight) {
    return weight == 0 || weight == 1 ? "" : ", weight " + weight;
  }

  /** A line break is shown by a sign of its own, and breaks the line too. */
  private static String shown(String token) {
    return Html.text(token).replace("\n", "<em>&#8629;</em>\n");
  }
}
