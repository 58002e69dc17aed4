package dev.hone.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The tokens of NIST's {@code mteval-v13a.pl}, as sacrebleu's {@code 13a} has them: punctuation
 * marks are tokens of their own, except a full stop or comma inside a number and a dash that
 * follows no digit.
 *
 * <p>Worked example: {@code It's 1,000.5 km - or 7-8.} is {@code It's 1,000.5 km - or 7 - 8 .}
 */
final class Tokens13a {
  private static final Pattern MARK = Pattern.compile("([\\{-~\\[-` -&\\(-\\+:-@/])");
  private static final Pattern AFTER_NO_DIGIT = Pattern.compile("([^0-9])([.,])");
  private static final Pattern BEFORE_NO_DIGIT = Pattern.compile("([.,])([^0-9])");
  private static final Pattern DASH_AFTER_DIGIT = Pattern.compile("([0-9])(-)");

  /** What Python takes for white space. */
  private static final Pattern SPACE = Pattern.compile("[\\p{IsWhite_Space}\\x1c-\\x1f]+");

  private Tokens13a() {}

  static List<String> of(String text) {
    String line = text.stripTrailing().replace("<skipped>", "").replace("-\n", "");
    line =
        line.replace("\n", " ")
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">");
    line = MARK.matcher(" " + line + " ").replaceAll(" $1 ");
    line = AFTER_NO_DIGIT.matcher(line).replaceAll("$1 $2 ");
    line = BEFORE_NO_DIGIT.matcher(line).replaceAll(" $1 $2");
    line = DASH_AFTER_DIGIT.matcher(line).replaceAll("$1 $2 ");
    List<String> tokens = new ArrayList<>();
    for (String token : SPACE.split(line, -1)) {
      if (!token.isEmpty()) {
        tokens.add(token);
      }
    }
    return tokens;
  }
}
