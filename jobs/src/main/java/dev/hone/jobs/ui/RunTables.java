package dev.hone.jobs.ui;

import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.RankRow;
import dev.hone.jobs.Sizes;
import dev.hone.training.distributed.RankMachine;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The tables of the page: ranks, checkpoints, evaluations. */
public final class RunTables {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private RunTables() {}

  /** To the second, in UTC. */
  public static String time(Instant instant) {
    return TIME.format(instant);
  }

  /** Where each rank is and what it did last; empty before they have met. */
  public static String ranks(RunState run) {
    List<String> rows = new ArrayList<>();
    for (int rank = 0; rank < Math.max(run.machines().size(), run.ranks().size()); rank++) {
      rows.add(rank(run, rank));
    }
    return table(
        "Ranks",
        List.of(
            "Rank",
            "Host",
            "Executor",
            "#Computes",
            "#Waits",
            "% of its time",
            "#Memory",
            "Instruction set",
            "#Threads",
            "Java"),
        rows);
  }

  private static String rank(RunState run, int rank) {
    Optional<RankMachine> machine = at(run.machines(), rank);
    Optional<RankRow> step = at(run.ranks(), rank);
    boolean slow = run.stragglers().contains(rank);
    StringBuilder row = new StringBuilder(slow ? "<tr class=\"slow\"><td>" : "<tr><td>");
    row.append(rank)
        .append(slow ? " <span class=\"badge badge-warning\">slow</span></td>" : "</td>");
    row.append(cell(machine.map(RankMachine::host).or(() -> step.map(RankRow::host))))
        .append(cell(machine.map(RankMachine::executorId).or(() -> step.map(RankRow::executorId))));
    if (step.isPresent()) {
      RankRow did = step.get();
      double all = did.stepSeconds() + did.waitingSeconds();
      int share = all > 0 ? (int) Math.round(100 * did.waitingSeconds() / all) : 0;
      row.append(Html.numeric(seconds(did.stepSeconds())))
          .append(Html.numeric(seconds(did.waitingSeconds())))
          .append(
              "<td><div class=\"bar\"><i style=\"width:%d%%\"></i></div> %d %%</td>"
                  .formatted(share, share))
          .append(Html.numeric(did.rssBytes() == 0 ? "?" : Sizes.bytes(did.rssBytes())));
    } else {
      row.append("<td></td><td></td><td></td><td></td>");
    }
    return row.append(cell(machine.map(RankMachine::used)))
        .append(Html.numeric(machine.map(one -> String.valueOf(one.threads())).orElse("")))
        .append(cell(machine.map(RankMachine::java)))
        .append("</tr>")
        .toString();
  }

  private static <T> Optional<T> at(List<T> list, int index) {
    return index < list.size() ? Optional.of(list.get(index)) : Optional.empty();
  }

  private static String cell(Optional<?> anything) {
    return Html.cell(anything.isPresent() ? anything.get() : "");
  }

  private static String seconds(double seconds) {
    return seconds < 1
        ? String.format(Locale.ROOT, "%.0f ms", 1000 * seconds)
        : String.format(Locale.ROOT, "%.2f s", seconds);
  }

  /** The newest checkpoint first; empty if there is none. */
  public static String checkpoints(RunState run) {
    List<String> rows = new ArrayList<>();
    for (CheckpointRow row : run.checkpoints()) {
      rows.add(
          "<tr>"
              + Html.numeric(Html.count(row.step()))
              + "<td class=\"path\">"
              + Html.text(row.path())
              + (row.best() ? " <span class=\"badge badge-success\">best</span>" : "")
              + "</td>"
              + Html.cell(row.format())
              + Html.numeric(Sizes.bytes(row.bytes()))
              + Html.cell(time(row.createdAt()))
              + "</tr>");
    }
    Collections.reverse(rows);
    return table("Checkpoints", List.of("#Step", "Path", "Format", "#Size", "Written"), rows);
  }

  /** A row for each time a data set was measured, the newest first; empty if none was. */
  public static String evaluations(RunState run) {
    Set<String> names = new TreeSet<>();
    Map<List<Object>, Map<String, EvalRow>> measured = new LinkedHashMap<>();
    for (EvalRow row : run.evals()) {
      names.add(row.name());
      measured
          .computeIfAbsent(List.of(row.step(), row.dataset()), key -> new LinkedHashMap<>())
          .put(row.name(), row);
    }
    List<String> rows = new ArrayList<>();
    measured.forEach(
        (key, values) -> {
          StringBuilder row = new StringBuilder("<tr>");
          row.append(Html.numeric(Html.count((long) key.get(0)))).append(Html.cell(key.get(1)));
          for (String name : names) {
            EvalRow value = values.get(name);
            row.append(Html.numeric(value == null ? "" : Html.number(value.value())));
          }
          rows.add(row.append("</tr>").toString());
        });
    Collections.reverse(rows);
    List<String> columns = new ArrayList<>(List.of("#Step", "Data set"));
    names.forEach(name -> columns.add("#" + Html.text(name)));
    return table("Evaluations", columns, rows);
  }

  /**
   * A table under its title; empty without a row.
   *
   * @param columns names as HTML, those of numbers after a {@code #}
   * @param rows HTML of each, with its {@code tr}
   */
  public static String table(String title, List<String> columns, List<String> rows) {
    if (rows.isEmpty()) {
      return "";
    }
    StringBuilder html = new StringBuilder("<h4>" + title + "</h4><div class=\"wide\">");
    html.append("<table class=\"table table-sm table-striped\"><thead><tr>");
    for (String column : columns) {
      html.append(
          column.startsWith("#")
              ? "<th class=\"n\">" + column.substring(1) + "</th>"
              : "<th>" + column + "</th>");
    }
    return html.append("</tr></thead><tbody>")
        .append(String.join("", rows))
        .append("</tbody></table></div>")
        .toString();
  }
}
