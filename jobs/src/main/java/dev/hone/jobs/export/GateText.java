package dev.hone.jobs.export;

import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The texts that a model and its export both read: English, code, numbers and other scripts. */
final class GateText {
  /** Most tokens of a text. */
  static final int TOKENS = 48;

  private static final List<String> TEXTS =
      List.of(
          "The harbour was quiet in the morning. Two fishermen mended their nets and spoke about"
              + " the storm that had kept the boats at home for most of the week, and about the"
              + " price of diesel, which had risen again.",
          """
          def mean(values):
              total = 0.0
              for value in values:
                  total += value
              return total / len(values)


          print(mean([1, 2, 3.5]))
          """,
          """
          Question: A train leaves at 14:35 and arrives at 17:10. How long does the journey take?
          Answer: From 14:35 to 17:10 it is 2 hours and 35 minutes, so the train takes 155 minutes.
          """,
          "Grüße aus Köln! Le café ouvre à sept heures. Доброе утро, мир. 今日は天気がいい。 🙂"
              + " Das war's: 100 % fertig, 3,5 kg übrig.");

  private GateText() {}

  /** The first tokens of each text, as the tokenizer of a folder makes them. */
  static List<int[]> tokens(Path folder) {
    List<int[]> rows = new ArrayList<>();
    try (Tokenizer tokenizer = Tokenizers.open(folder)) {
      for (String text : TEXTS) {
        int[] ids = tokenizer.encode(text).ids();
        rows.add(Arrays.copyOf(ids, Math.min(TOKENS, ids.length)));
      }
    }
    return rows;
  }
}
