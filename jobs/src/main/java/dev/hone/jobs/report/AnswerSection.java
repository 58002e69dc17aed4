package dev.hone.jobs.report;

import dev.hone.formats.tables.GenerationRow;
import dev.hone.jobs.ui.Html;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What a model answered: to questions before and after training, to samples also in between. */
final class AnswerSection {
  private static final int LONGEST = 1500;

  /** Answers to a prompt: more than a few are not read. */
  private static final int STEPS = 8;

  private AnswerSection() {}

  /**
   * Of many steps the first, the last and some between them, as even as it goes: of 0, 10, .. 140
   * these are 0, 20, 40, 60, 80, 100, 120 and 140.
   *
   * @param steps ascending
   */
  static List<Long> shown(List<Long> steps) {
    return steps.size() <= STEPS
        ? steps
        : IntStream.range(0, STEPS)
            .mapToObj(i -> steps.get(Math.round(i * (steps.size() - 1) / (STEPS - 1f))))
            .toList();
  }

  /**
   * Empty if it was not asked.
   *
   * @param rows by data set, ordinal, step and time: of one that is there twice the later counts
   */
  static String html(List<GenerationRow> rows) {
    Map<String, Map<Long, SortedMap<Long, GenerationRow>>> sets = new LinkedHashMap<>();
    for (GenerationRow row : rows) {
      sets.computeIfAbsent(row.dataset(), set -> new LinkedHashMap<>())
          .computeIfAbsent(row.ordinal(), ordinal -> new TreeMap<>())
          .put(row.step(), row);
    }
    StringBuilder html = new StringBuilder();
    sets.forEach(
        (set, questions) -> {
          html.append("<h4>").append(Html.text(set)).append("</h4>");
          questions.values().forEach(question -> html.append(question(question)));
        });
    return html.toString();
  }

  private static String question(SortedMap<Long, GenerationRow> bySteps) {
    GenerationRow any = bySteps.get(bySteps.lastKey());
    StringBuilder html = new StringBuilder("<div class=\"answers\">");
    html.append(said("prompt " + any.ordinal(), "", bothEnds(any.prompt())));
    bySteps.forEach(
        (step, row) ->
            html.append(
                said(
                    "step " + Html.count(step),
                    badge(
                            row.exactMatch() ? Optional.of("as expected") : Optional.empty(),
                            "badge badge-success")
                        + badge(row.sqlExecution().map(verdict -> "query " + verdict), "badge")
                        + badge(row.judged(), "badge"),
                    row.completion())));
    return html.append(said("expected", "", any.reference())).append("</div>").toString();
  }

  private static String said(String who, String badge, String text) {
    return "<div><span class=\"who\">%s%s</span><pre>%s</pre></div>"
        .formatted(Html.text(who), badge, Html.text(cut(text)));
  }

  private static String badge(Optional<String> text, String style) {
    return text.map(shown -> " <span class=\"%s\">%s</span>".formatted(style, Html.text(shown)))
        .orElse("");
  }

  /** Of a long prompt the end is shown too, which the answers go on from. */
  private static String bothEnds(String text) {
    int end = LONGEST / 2 - 5;
    return text.length() > LONGEST
        ? text.substring(0, end) + " ... " + text.substring(text.length() - end)
        : text;
  }

  private static String cut(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
  }
}
