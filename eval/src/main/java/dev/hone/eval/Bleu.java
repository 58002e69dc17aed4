package dev.hone.eval;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Corpus BLEU (Papineni et al. 2002) with one reference each, as sacrebleu computes it by default:
 * {@link Tokens13a}, mixed case, exponential smoothing ({@code
 * nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp}).
 *
 * <p>With {@code p_n} the share of the answers' n-grams that their reference has too, none counted
 * more often than there, c the tokens of all answers and r those of all references:
 *
 * <pre>BLEU = 100 · min(1, e^(1 - r/c)) · (p_1 p_2 p_3 p_4)^(1/4)</pre>
 *
 * The k-th order of which no n-gram fits has {@code p_n = 1 / (2^k · n-grams)}. It is 0 where not
 * even a single token fits, or where no answer has four tokens.
 *
 * <p>Worked example: "a b c d" for the reference "a b c e" has p = 3/4, 2/3, 1/2 and, smoothed,
 * 1/2: 59.46.
 *
 * @param counts tokens of the answer, tokens of the reference, then for n = 1 to 4 the n-grams that
 *     fit, then all n-grams of the answer
 */
record Bleu(long[] counts) {
  private static final int ORDERS = 4;
  private static final int FITTING = 2;
  private static final int ALL = FITTING + ORDERS;

  /** The counts of one answer. */
  static Bleu of(String answer, String reference) {
    List<String> found = Tokens13a.of(answer);
    List<String> expected = Tokens13a.of(reference);
    long[] counts = new long[ALL + ORDERS];
    counts[0] = found.size();
    counts[1] = expected.size();
    for (int n = 1; n <= ORDERS; n++) {
      Map<List<String>, Integer> known = ngrams(expected, n);
      for (Map.Entry<List<String>, Integer> ngram : ngrams(found, n).entrySet()) {
        counts[FITTING + n - 1] +=
            Math.min(ngram.getValue(), known.getOrDefault(ngram.getKey(), 0));
        counts[ALL + n - 1] += ngram.getValue();
      }
    }
    return new Bleu(counts);
  }

  private static Map<List<String>, Integer> ngrams(List<String> tokens, int n) {
    Map<List<String>, Integer> ngrams = new HashMap<>();
    for (int from = 0; from + n <= tokens.size(); from++) {
      ngrams.merge(tokens.subList(from, from + n), 1, Integer::sum);
    }
    return ngrams;
  }

  /** BLEU of answers together, from 0 to 100. */
  static double score(List<Bleu> answers) {
    long[] sum = new long[ALL + ORDERS];
    for (Bleu answer : answers) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += answer.counts[i];
      }
    }
    return score(sum);
  }

  private static double score(long[] sum) {
    double smoothing = 1;
    double logs = 0;
    for (int n = 0; n < ORDERS; n++) {
      if (sum[FITTING] == 0 || sum[ALL + n] == 0) {
        return 0;
      }
      smoothing *= sum[FITTING + n] == 0 ? 2 : 1;
      double fitting = sum[FITTING + n] == 0 ? 1 / smoothing : sum[FITTING + n];
      logs += Math.log(fitting / sum[ALL + n]);
    }
    double brevity = sum[0] < sum[1] ? Math.exp(1 - (double) sum[1] / sum[0]) : 1;
    return 100 * brevity * Math.exp(logs / ORDERS);
  }
}
