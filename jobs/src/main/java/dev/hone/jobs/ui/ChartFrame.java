package dev.hone.jobs.ui;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What stands around the lines of a chart.
 *
 * @param title any text
 * @param keys what each line is, as HTML, see {@link #key}
 * @param values the scale that the lines are drawn in
 * @param lines SVG of {@value #WIDTH} by {@value #HEIGHT}, y downwards
 * @param below what is written below it, from left to right
 */
record ChartFrame(String title, String keys, Ticks values, String lines, List<String> below) {
  static final int WIDTH = 1000;
  static final int HEIGHT = 100;

  String html() {
    StringBuilder html = new StringBuilder();
    html.append("<div class=\"card\"><h5>").append(Html.text(title)).append("</h5>");
    html.append("<div class=\"keys\">").append(keys).append("</div>");
    html.append("<div class=\"plot\"><div class=\"y\">");
    for (double tick : values.values()) {
      html.append(
          format(
              "<span style=\"bottom:%.2f%%\">%s</span>",
              100 * values.at(tick), values.shown(tick)));
    }
    html.append(
        format(
            "</div><svg viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%s\">",
            WIDTH, HEIGHT, Html.text(title)));
    for (double tick : values.values()) {
      html.append(format("<path class=\"grid\" d=\"M0 %.2fH%d\"/>", y(values, tick), WIDTH));
    }
    return html.append(lines)
        .append("</svg></div><div class=\"x\">")
        .append(
            below.stream()
                .map(text -> "<span>" + Html.text(text) + "</span>")
                .collect(Collectors.joining()))
        .append("</div></div>")
        .toString();
  }

  /** How far down a value is. */
  static double y(Ticks values, double value) {
    return HEIGHT * (1 - values.at(value));
  }

  /**
   * A line's part of the legend.
   *
   * @param style CSS of its colour
   * @param name any text
   */
  static String key(String style, String name, double value) {
    return "<span class=\"key\"><i style=\"%s\"></i>%s <b>%s</b></span>"
        .formatted(style, Html.text(name), Html.number(value));
  }

  static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
