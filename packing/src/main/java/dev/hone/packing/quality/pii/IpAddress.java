package dev.hone.packing.quality.pii;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Public addresses, {@code 93.184.216.34} and {@code 2a00:1450:4001:81b::200e}. Those of private
 * networks, loopback, multicast and documentation say nothing about a person.
 */
final class IpAddress {
  private static final Pattern V4 =
      Pattern.compile(
          "(?<![\\w.-])([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})(?![\\w-]|\\.[0-9])");

  /** Global unicast: 2000::/3. */
  private static final Pattern V6 =
      Pattern.compile("(?<![\\w:.])[23][0-9A-Fa-f]{3}(?::[0-9A-Fa-f]{0,4}){2,7}+(?![\\w:])");

  private IpAddress() {}

  static int find(String text) {
    Matcher four = V4.matcher(text);
    while (four.find()) {
      if (isPublic(octet(four, 1), octet(four, 2), octet(four, 3), octet(four, 4))) {
        return four.start();
      }
    }
    Matcher six = V6.matcher(text);
    while (six.find()) {
      if (isAddress(six.group())) {
        return six.start();
      }
    }
    return -1;
  }

  private static int octet(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }

  private static boolean isPublic(int a, int b, int c, int d) {
    if (a > 255 || b > 255 || c > 255 || d > 255) {
      return false;
    }
    boolean documentation =
        (a == 192 && b == 0 && c == 2)
            || (a == 198 && b == 51 && c == 100)
            || (a == 203 && b == 0 && c == 113);
    boolean local =
        a == 0
            || a == 10
            || a == 127
            || (a == 169 && b == 254)
            || (a == 172 && b >= 16 && b < 32)
            || (a == 192 && b == 168)
            || (a == 100 && b >= 64 && b < 128);
    return !documentation && !local && a < 224;
  }

  /** Eight groups, or fewer with one {@code ::}. */
  private static boolean isAddress(String text) {
    String[] groups = text.split(":", -1);
    int gap = text.indexOf("::");
    boolean oneGap = gap >= 0 && text.indexOf("::", gap + 1) < 0;
    boolean complete = gap < 0 && groups.length == 8 && !text.endsWith(":");
    return (complete || oneGap) && !text.toLowerCase(Locale.ROOT).startsWith("2001:db8:");
  }
}
