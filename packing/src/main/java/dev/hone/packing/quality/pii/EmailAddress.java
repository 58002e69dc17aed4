package dev.hone.packing.quality.pii;

import java.util.Locale;
import java.util.Set;

/** {@code jo.doe@mail.de}: looks left and right of every {@code @}. */
final class EmailAddress {
  private static final int LONGEST_NAME = 64;
  private static final int LONGEST_DOMAIN = 253;

  /** Reserved by RFC 2606 for documentation and tests. */
  private static final Set<String> EXAMPLES = Set.of("example", "test", "invalid", "localhost");

  private EmailAddress() {}

  static int find(String text) {
    for (int at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
      int start = at;
      while (start > 0 && at - start < LONGEST_NAME && isNamePart(text.charAt(start - 1))) {
        start--;
      }
      int end = at + 1;
      while (end < text.length() && end - at <= LONGEST_DOMAIN && isDomainPart(text.charAt(end))) {
        end++;
      }
      if (start < at && isDomain(text.substring(at + 1, end))) {
        return start;
      }
    }
    return -1;
  }

  private static boolean isNamePart(char c) {
    return isLetterOrDigit(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
  }

  private static boolean isDomainPart(char c) {
    return isLetterOrDigit(c) || c == '.' || c == '-';
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** At least two labels, the last one of letters; a full stop behind it ends a sentence. */
  private static boolean isDomain(String domain) {
    String name = domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
    String[] labels = name.toLowerCase(Locale.ROOT).split("\\.", -1);
    int last = labels.length - 1;
    if (last < 1) {
      return false;
    }
    for (String label : labels) {
      if (label.isEmpty() || label.startsWith("-") || label.length() > 63) {
        return false;
      }
    }
    boolean letters = labels[last].chars().allMatch(c -> c >= 'a' && c <= 'z');
    boolean example =
        EXAMPLES.contains(labels[last])
            || (labels[last - 1].equals("example")
                && Set.of("com", "org", "net").contains(labels[last]));
    return letters && labels[last].length() >= 2 && !example;
  }
}
