package dev.hone.jobs.report;

import dev.hone.formats.tables.RunRow;
import dev.hone.jobs.Sizes;
import dev.hone.jobs.ui.Html;
import dev.hone.jobs.ui.RunState;
import dev.hone.jobs.ui.RunTables;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keys and values: the configuration, and what the run ran on. */
final class FactSection {
  private FactSection() {}

  /** As it was written, references to the environment unresolved. */
  static String configuration(RunStory story) {
    return table("", Settings.of(story.run().config()));
  }

  static String machines(RunDetails details, RunState state) {
    RunRow run = details.story().run();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("hone", run.codeVersion());
    facts.put("owner", run.owner());
    facts.put("seed", String.valueOf(run.seed()));
    Settings.of(run.environment()).forEach(facts::put);
    Settings.of(run.tableVersions())
        .forEach((table, version) -> facts.put("version of " + table, version));
    Settings.of(run.tags()).forEach((tag, value) -> facts.put("tag " + tag, value));
    run.optimizerStateBytes().ifPresent(bytes -> facts.put("optimizer state", Sizes.bytes(bytes)));
    run.forgottenRows()
        .ifPresent(rows -> facts.put("trained on records forgotten since", Html.count(rows)));
    facts.put("hash of the configuration", run.configHash());
    return RunTables.ranks(state) + table("Run", facts);
  }

  /** A table of keys and values. */
  static String table(String title, Map<String, String> facts) {
    List<String> rows =
        facts.entrySet().stream()
            .map(
                fact ->
                    "<tr><td class=\"fact\">%s</td><td class=\"path\">%s</td></tr>"
                        .formatted(Html.text(fact.getKey()), Html.text(fact.getValue())))
            .toList();
    return RunTables.table(Html.text(title), List.of(), rows);
  }
}
