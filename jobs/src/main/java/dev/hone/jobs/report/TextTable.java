package dev.hone.jobs.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lines of words under each other, the first word of each to the left and the others to the left or
 * to the right. What is too wide is cut.
 */
final class TextTable {
  private static final int WIDEST = 48;

  private final boolean numbers;
  private final List<List<String>> lines = new ArrayList<>();

  /**
   * @param numbers whether words after the first are numbers, set to the right
   */
  TextTable(boolean numbers, String... head) {
    this.numbers = numbers;
    add(head);
  }

  void add(String... words) {
    lines.add(Arrays.stream(words).map(TextTable::cut).toList());
  }

  boolean isEmpty() {
    return lines.size() == 1;
  }

  /** All of them, as wide as they need to be. */
  List<String> lines() {
    int[] widths = new int[lines.get(0).size()];
    for (List<String> line : lines) {
      for (int i = 0; i < line.size(); i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    return lines.stream().map(line -> text(line, widths)).toList();
  }

  private String text(List<String> line, int[] widths) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < line.size(); i++) {
      String room = " ".repeat(widths[i] - line.get(i).length());
      text.append(i == 0 ? "" : "  ");
      text.append(numbers && i > 0 ? room + line.get(i) : line.get(i) + room);
    }
    return text.toString().stripTrailing();
  }

  private static String cut(String word) {
    String line = word.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t");
    return line.length() > WIDEST ? line.substring(0, WIDEST - 3) + "..." : line;
  }
}
