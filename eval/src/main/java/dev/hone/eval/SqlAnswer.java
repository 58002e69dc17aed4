package dev.hone.eval;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The query in what a model wrote: what stands in the first fence, if there is one, without the
 * semicolon at its end.
 *
 * <p>Worked example: "Here you are:\n```sql\nSELECT 1;\n```" is "SELECT 1".
 */
public final class SqlAnswer {
  private static final Pattern FENCE =
      Pattern.compile("```[A-Za-z]*\\s*\\n(.*?)(```|$)", Pattern.DOTALL);

  private SqlAnswer() {}

  /** The query. */
  public static String of(String completion) {
    Matcher fence = FENCE.matcher(completion);
    String query = (fence.find() ? fence.group(1) : completion).strip();
    return query.endsWith(";") ? query.substring(0, query.length() - 1).strip() : query;
  }
}
