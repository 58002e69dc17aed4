package dev.hone.jobs.report;

import dev.hone.formats.tables.PrepCountRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.QualityRow;
import dev.hone.jobs.ui.Html;
import dev.hone.jobs.ui.RunTables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a run was prepared from: how much, what filters removed, what was refused. */
final class DataSection {
  private DataSection() {}

  static String html(RunDetails run) {
    return run.story().prep().map(DataSection::preparation).orElse("")
        + counts(run.counts())
        + quality(run.quality())
        + refused(run.refused());
  }

  private static String preparation(PrepRow prep) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("preparation", prep.prepId());
    facts.put("brought up to date", RunTables.time(prep.createdAt()));
    facts.put("documents", Html.count(prep.documents()));
    facts.put("refused", Html.count(prep.quarantined()));
    facts.put("samples", Html.count(prep.samples()));
    facts.put("packs to train on", Html.count(prep.trainPacks()));
    facts.put("packs held out", Html.count(prep.evalPacks()));
    facts.put("tokens", Html.count(prep.tokens()));
    facts.put("trained tokens", Html.count(prep.trainedTokens()));
    facts.put("dropped tokens", Html.count(prep.droppedTokens()));
    facts.put("fill", String.format(Locale.ROOT, "%.1f %%", 100 * prep.fill()));
    return FactSection.table("Preparation", facts);
  }

  private static String counts(List<PrepCountRow> counts) {
    Set<String> names = new LinkedHashSet<>(List.of("documents", "accepted", "refused"));
    Map<String, Map<String, Long>> sets = new LinkedHashMap<>();
    for (PrepCountRow row : counts) {
      names.add(row.name());
      sets.computeIfAbsent(row.dataset(), set -> new LinkedHashMap<>())
          .put(row.name(), row.value());
    }
    List<String> columns = new ArrayList<>(List.of("Data set"));
    names.forEach(name -> columns.add("#" + Html.text(name)));
    List<String> rows = new ArrayList<>();
    sets.forEach(
        (set, numbers) -> {
          StringBuilder row = new StringBuilder("<tr>" + Html.cell(set));
          names.forEach(
              name ->
                  row.append(
                      Html.numeric(
                          numbers.containsKey(name) ? Html.count(numbers.get(name)) : "")));
          rows.add(row.append("</tr>").toString());
        });
    return RunTables.table("What became of each data set", columns, rows);
  }

  private static String quality(List<QualityRow> quality) {
    return RunTables.table(
        "What filters removed",
        List.of("Data set", "Filter", "Setting", "#Documents", "#Removed", "#Share"),
        quality.stream()
            .map(
                row ->
                    "<tr>"
                        + Html.cell(row.dataset())
                        + Html.cell(row.filter())
                        + "<td class=\"path\">"
                        + Html.text(row.setting())
                        + "</td>"
                        + Html.numeric(Html.count(row.documents()))
                        + Html.numeric(Html.count(row.removed()))
                        + Html.numeric(share(row))
                        + "</tr>")
            .toList());
  }

  private static String share(QualityRow row) {
    return row.documents() == 0
        ? ""
        : String.format(Locale.ROOT, "%.1f %%", 100.0 * row.removed() / row.documents());
  }

  private static String refused(List<RunDetails.Refusals> refused) {
    return RunTables.table(
        "Refused records",
        List.of("Data set", "Stage", "Reason", "#Records", "For example"),
        refused.stream()
            .map(
                row ->
                    "<tr>"
                        + Html.cell(row.dataset())
                        + Html.cell(row.stage())
                        + Html.cell(row.reason())
                        + Html.numeric(Html.count(row.records()))
                        + "<td class=\"path\">"
                        + Html.text(row.example())
                        + "</td></tr>")
            .toList());
  }
}
