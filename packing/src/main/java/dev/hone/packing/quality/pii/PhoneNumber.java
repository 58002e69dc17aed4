package dev.hone.packing.quality.pii;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code +49 30 1234567}, and {@code (212) 664-7665} of North America. Numbers of other countries
 * without their {@code +} look like any other number.
 */
final class PhoneNumber {
  // Every repetition is bounded and possessive: at most some forty steps from each character.
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\w+])\\+[1-9](?:[ .()/-]{0,2}+[0-9]){7,14}+(?![0-9])"
              + "|(?<![\\w(.-])\\(?+[2-9][0-9]{2}(?:\\) ?|[ .-])[2-9][0-9]{2}[ .-][0-9]{4}(?![\\w-])");

  private PhoneNumber() {}

  static int find(String text) {
    Matcher matcher = NUMBER.matcher(text);
    while (matcher.find()) {
      String digits = matcher.group().replaceAll("[^0-9]", "");
      // 555-0100 to 555-0199 are kept for fiction.
      if (!digits.matches("1?[0-9]{3}55501[0-9]{2}")) {
        return matcher.start();
      }
    }
    return -1;
  }
}
