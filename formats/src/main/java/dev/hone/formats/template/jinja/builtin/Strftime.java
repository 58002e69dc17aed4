package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.value.Render;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** {@code strftime} of the C library in English: {@code %d %b %Y} gives 09 Mar 2025. */
final class Strftime {
  private Strftime() {}

  static String format(LocalDateTime time, String format, Render render) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < format.length(); at++) {
      char c = format.charAt(at);
      if (c != '%' || at + 1 == format.length()) {
        text.append(c);
        continue;
      }
      int start = at++;
      char flag = 0;
      while (at < format.length() - 1 && "-_0^#".indexOf(format.charAt(at)) >= 0) {
        flag = format.charAt(at++);
      }
      String part = part(time, format.charAt(at), flag);
      text.append(part == null ? format.substring(start, at + 1) : part);
    }
    render.characters(text.length());
    return text.toString();
  }

  private static String part(LocalDateTime time, char letter, char flag) {
    String text =
        switch (letter) {
          case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
          case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
          case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
          case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
          case 'c' ->
              "%s %s %s %s %s"
                  .formatted(
                      of(time, 'a'), of(time, 'b'), of(time, 'e'), of(time, 'T'), of(time, 'Y'));
          case 'x', 'D' -> "%s/%s/%s".formatted(of(time, 'm'), of(time, 'd'), of(time, 'y'));
          case 'X', 'T' -> "%s:%s".formatted(of(time, 'R'), of(time, 'S'));
          case 'F' -> "%s-%s-%s".formatted(of(time, 'Y'), of(time, 'm'), of(time, 'd'));
          case 'R' -> "%s:%s".formatted(of(time, 'H'), of(time, 'M'));
          case 'r' ->
              "%s:%s:%s %s".formatted(of(time, 'I'), of(time, 'M'), of(time, 'S'), of(time, 'p'));
          case 'p' -> time.getHour() < 12 ? "AM" : "PM";
          case 'P' -> time.getHour() < 12 ? "am" : "pm";
          case 'f' -> "%06d".formatted(time.get(ChronoField.MICRO_OF_SECOND));
          case 'z', 'Z' -> "";
          case 'n' -> "\n";
          case 't' -> "\t";
          case '%' -> "%";
          default -> number(time, letter, flag);
        };
    return text != null && flag == '^' ? text.toUpperCase(Locale.ROOT) : text;
  }

  private static String of(LocalDateTime time, char letter) {
    return part(time, letter, (char) 0);
  }

  private static String number(LocalDateTime time, char letter, char flag) {
    return switch (letter) {
      case 'd' -> padded(time.getDayOfMonth(), 2, '0', flag);
      case 'e' -> padded(time.getDayOfMonth(), 2, ' ', flag);
      case 'm' -> padded(time.getMonthValue(), 2, '0', flag);
      case 'y' -> padded(time.getYear() % 100, 2, '0', flag);
      case 'Y' -> padded(time.getYear(), 1, '0', flag);
      case 'C' -> padded(time.getYear() / 100, 2, '0', flag);
      case 'G' -> padded(time.get(IsoFields.WEEK_BASED_YEAR), 1, '0', flag);
      case 'g' -> padded(time.get(IsoFields.WEEK_BASED_YEAR) % 100, 2, '0', flag);
      case 'V' -> padded(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0', flag);
      case 'U' -> padded(week(time, time.getDayOfWeek().getValue() % 7), 2, '0', flag);
      case 'W' -> padded(week(time, time.getDayOfWeek().getValue() - 1), 2, '0', flag);
      case 'H' -> padded(time.getHour(), 2, '0', flag);
      case 'k' -> padded(time.getHour(), 2, ' ', flag);
      case 'I' -> padded(time.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2, '0', flag);
      case 'l' -> padded(time.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2, ' ', flag);
      case 'j' -> padded(time.getDayOfYear(), 3, '0', flag);
      case 'M' -> padded(time.getMinute(), 2, '0', flag);
      case 'S' -> padded(time.getSecond(), 2, '0', flag);
      case 'u' -> padded(time.getDayOfWeek().getValue(), 1, '0', flag);
      case 'w' -> padded(time.getDayOfWeek().getValue() % 7, 1, '0', flag);
      case 's' -> padded(time.toEpochSecond(ZoneOffset.UTC), 1, '0', flag);
      default -> null;
    };
  }

  /** Weeks begun since the start of the year, days counted from the week's first. */
  private static int week(LocalDateTime time, int dayOfWeek) {
    return (time.getDayOfYear() + 6 - dayOfWeek) / 7;
  }

  private static String padded(long number, int width, char fill, char flag) {
    char padding = flag == '_' ? ' ' : flag == '0' ? '0' : fill;
    String digits = Long.toString(number);
    return flag == '-'
        ? digits
        : String.valueOf(padding).repeat(Math.max(0, width - digits.length())) + digits;
  }
}
