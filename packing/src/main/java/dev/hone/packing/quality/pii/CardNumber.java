package dev.hone.packing.quality.pii;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code 4929 1234 5678 9015}: 13 to 19 digits, in groups or not, that begin as those of a card
 * network and whose last one is right by Luhn's rule.
 */
final class CardNumber {
  private static final Pattern NUMBER =
      Pattern.compile("(?<![\\w.,-])[2-6](?:[ -]?[0-9]){12,18}+(?![0-9])");

  private CardNumber() {}

  static int find(String text) {
    Matcher matcher = NUMBER.matcher(text);
    while (matcher.find()) {
      String digits = matcher.group().replaceAll("[^0-9]", "");
      if (isNetwork(digits) && luhn(digits) && digits.chars().distinct().count() > 2) {
        return matcher.start();
      }
    }
    return -1;
  }

  /** Visa, Mastercard, American Express, Diners, JCB, Discover, UnionPay, Maestro. */
  private static boolean isNetwork(String digits) {
    int length = digits.length();
    int four = Integer.parseInt(digits.substring(0, 4));
    return switch (digits.charAt(0)) {
      case '4' -> length == 13 || length == 16 || length == 19;
      case '5' -> length == 16 && four >= 5100 && four < 5600;
      case '2' -> length == 16 && four >= 2221 && four <= 2720;
      case '3' ->
          (length == 15 && (four / 100 == 34 || four / 100 == 37))
              || (length == 14 && ((four / 10 >= 300 && four / 10 <= 305) || four / 100 == 36))
              || (length == 16 && four >= 3528 && four <= 3589);
      default -> length >= 16 && (four == 6011 || four / 100 == 62 || four / 100 == 65);
    };
  }

  private static boolean luhn(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int doubled = i % 2 == 0 ? digit : 2 * digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
  }
}
