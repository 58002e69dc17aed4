package dev.hone.formats.corpus;

/**
 * Texts with {@code {name}} in them, as Python's {@code str.format} fills them: a doubled brace is
 * a brace, and what is filled in is not looked at again. A brace that begins no name is a brace
 * too, so that JSON in a prompt needs no escapes.
 */
final class Placeholders {
  private Placeholders() {}

  /** What a name stands for. */
  interface Values {
    String of(String name) throws RefusedRecord;
  }

  static String fill(String format, Values values) throws RefusedRecord {
    StringBuilder text = new StringBuilder();
    int i = 0;
    while (i < format.length()) {
      char c = format.charAt(i);
      boolean doubled = i + 1 < format.length() && format.charAt(i + 1) == c;
      int end = c == '{' && !doubled ? nameEnd(format, i + 1) : -1;
      if (end > 0) {
        text.append(values.of(format.substring(i + 1, end)));
        i = end + 1;
      } else {
        text.append(c);
        i += (c == '{' || c == '}') && doubled ? 2 : 1;
      }
    }
    return text.toString();
  }

  /** Where the brace after a name stands; -1 if there is no name. */
  private static int nameEnd(String format, int start) {
    int end = start;
    while (end < format.length()
        && (Character.isLetterOrDigit(format.charAt(end)) || format.charAt(end) == '_')) {
      end++;
    }
    return end > start && end < format.length() && format.charAt(end) == '}' ? end : -1;
  }
}
