package dev.hone.eval;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** What can be measured of answers to questions, by the words of {@code metrics}. */
public enum Metric {
  /** The share of the answers that equal the expected one after trimming white space. */
  EXACT_MATCH {
    @Override
    Optional<Measured> of(List<String> answers, List<String> references) {
      long right =
          IntStream.range(0, answers.size())
              .filter(i -> Metric.matches(answers.get(i), references.get(i)))
              .count();
      return Optional.of(Measured.share(key(), (double) right, answers.size()));
    }
  },

  /** The mean of {@link RougeL} over the answers, with a bootstrap over them. */
  ROUGE_L {
    @Override
    Optional<Measured> of(List<String> answers, List<String> references) {
      int n = answers.size();
      double[] each =
          IntStream.range(0, n)
              .mapToDouble(i -> RougeL.f(answers.get(i), references.get(i)))
              .toArray();
      return Optional.of(
          new Measured(
              key(),
              Arrays.stream(each).sum() / n,
              n,
              Interval.bootstrap(
                  n, drawn -> Arrays.stream(drawn).mapToDouble(i -> each[i]).sum() / n)));
    }
  },

  /** {@link Bleu} of all answers together, with a bootstrap over them. */
  BLEU {
    @Override
    Optional<Measured> of(List<String> answers, List<String> references) {
      int n = answers.size();
      List<Bleu> each =
          IntStream.range(0, n).mapToObj(i -> Bleu.of(answers.get(i), references.get(i))).toList();
      return Optional.of(
          new Measured(
              key(),
              Bleu.score(each),
              n,
              Interval.bootstrap(
                  n, drawn -> Bleu.score(Arrays.stream(drawn).mapToObj(each::get).toList()))));
    }
  },

  /** Whether a query returns what the expected one does, which takes a database to say. */
  SQL_EXECUTION {
    @Override
    Optional<Measured> of(List<String> answers, List<String> references) {
      return Optional.empty();
    }
  };

  /** The metric of a word. */
  public static Metric named(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** Its word. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The number of some answers; empty if texts alone do not tell.
   *
   * @param answers at least one
   * @param references the expected answers, in the same order
   */
  abstract Optional<Measured> of(List<String> answers, List<String> references);

  /** Whether an answer is the expected one: {@code " 4\n"} is {@code "4"}, {@code "4."} is not. */
  public static boolean matches(String answer, String expected) {
    return answer.strip().equals(expected.strip());
  }
}
