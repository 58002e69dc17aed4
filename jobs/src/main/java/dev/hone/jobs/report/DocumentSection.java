package dev.hone.jobs.report;

import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.jobs.ui.Html;
import dev.hone.packing.MarkedText;
import java.util.Arrays;
import java.util.List;

/** Documents of packs, decoded, with what is trained in them marked. */
final class DocumentSection {
  /** Tokens at the beginning and at the end of a long document that are shown. */
  private static final int END = 200;

  private DocumentSection() {}

  static String html(List<PackedDocument> documents, Tokenizer tokenizer) {
    StringBuilder html =
        new StringBuilder(
            "<p class=\"none\">Documents as they lie in packs; <mark>marked</mark> is what the loss is of.</p>");
    documents.forEach(document -> html.append(document(document, tokenizer)));
    return html.toString();
  }

  private static String document(PackedDocument document, Tokenizer tokenizer) {
    int length = document.inputIds().length;
    String text =
        length <= 2 * END
            ? marked(document, 0, length, tokenizer)
            : marked(document, 0, END, tokenizer)
                + "<i class=\"cut\"> ... %s tokens ... </i>".formatted(Html.count(length - 2 * END))
                + marked(document, length - END, length, tokenizer);
    return "<div class=\"answers\"><div><span class=\"who\">%s</span><pre>%s</pre></div></div>"
        .formatted(Html.text(title(document)), text);
  }

  private static String title(PackedDocument document) {
    PackedDocument.Place place = document.place();
    String from =
        place.equals(PackedDocument.Place.UNKNOWN)
            ? "record " + document.recordId()
            : place.dataset()
                + place.line().map(line -> ", line " + line).orElse("")
                + " of "
                + place.source().replaceAll(".*/", "");
    return "%s%s: pack %d, %s tokens, %s trained"
        .formatted(
            from,
            document.answer().map(which -> ", " + which).orElse(""),
            document.packId(),
            Html.count(document.inputIds().length),
            Html.count(document.trained()));
  }

  private static String marked(PackedDocument document, int from, int to, Tokenizer tokenizer) {
    StringBuilder html = new StringBuilder();
    for (MarkedText.Stretch stretch :
        MarkedText.stretches(
            tokenizer,
            Arrays.copyOfRange(document.inputIds(), from, to),
            Arrays.copyOfRange(document.lossWeights(), from, to))) {
      if (stretch.weight() == 0) {
        html.append(Html.text(stretch.text()));
      } else {
        html.append("<mark>")
            .append(stretch.weight() == 1 ? "" : "<sup>" + stretch.weight() + "</sup>")
            .append(Html.text(stretch.text()))
            .append("</mark>");
      }
    }
    return html.toString();
  }
}
