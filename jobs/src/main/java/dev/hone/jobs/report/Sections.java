package dev.hone.jobs.report;

import dev.hone.jobs.ui.Html;

/** The parts of a page, and links to them. One of which there is nothing to say is left out. */
final class Sections {
  private final StringBuilder links = new StringBuilder();
  private final StringBuilder sections = new StringBuilder();

  void add(String id, String title, String html) {
    if (html.isEmpty()) {
      return;
    }
    links.append("<a href=\"#%s\">%s</a>".formatted(id, Html.text(title)));
    sections
        .append("<section id=\"%s\"><h3>%s</h3>".formatted(id, Html.text(title)))
        .append(html)
        .append("</section>");
  }

  String links() {
    return "<nav>" + links + "</nav>";
  }

  String html() {
    return sections.toString();
  }
}
