package dev.hone.packing.quality.pii;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code DE89 3704 0044 0532 0130 00}: as long as those of its country, and 1 modulo 97 (ISO 7064).
 */
final class Iban {
  private static final Pattern START = Pattern.compile("(?<!\\w)[A-Z]{2}[0-9]{2}");

  /** Country and length, one after the other. */
  private static final String LENGTHS =
      "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18"
          + "FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20"
          + "LU20LV21MC27MD24ME22MK19MR27MT31MU30NL18NO15PK24PL28PS29PT25QA29RO24RS22SA24SC31SE24"
          + "SI19SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20";

  private Iban() {}

  static int find(String text) {
    Matcher matcher = START.matcher(text);
    while (matcher.find()) {
      int length = length(matcher.group().substring(0, 2));
      if (length > 0 && isIban(text, matcher.start(), length)) {
        return matcher.start();
      }
    }
    return -1;
  }

  private static int length(String country) {
    for (int i = 0; i < LENGTHS.length(); i += 4) {
      if (LENGTHS.startsWith(country, i)) {
        return Integer.parseInt(LENGTHS.substring(i + 2, i + 4));
      }
    }
    return 0;
  }

  /** Takes so many letters and digits, single spaces between them aside. */
  private static boolean isIban(String text, int start, int length) {
    StringBuilder iban = new StringBuilder();
    int i = start;
    for (; i < text.length() && iban.length() < length; i++) {
      char c = text.charAt(i);
      if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')) {
        iban.append(c);
      } else if (c != ' ' || text.charAt(i - 1) == ' ') {
        return false;
      }
    }
    boolean ends = i >= text.length() || !Character.isLetterOrDigit(text.charAt(i));
    return iban.length() == length && ends && mod97(iban.substring(4) + iban.substring(0, 4)) == 1;
  }

  private static int mod97(String code) {
    int rest = 0;
    for (int i = 0; i < code.length(); i++) {
      int value = Character.digit(code.charAt(i), 36);
      rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
    }
    return rest;
  }
}
