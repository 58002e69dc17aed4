package dev.hone.eval;

import dev.hone.training.collective.SharedWork;
import dev.hone.training.data.PackedRow;
import dev.hone.training.distributed.ModelProbe;
import dev.hone.training.model.LossSum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Perplexity of plain text, before and after training: whether a model lost what it could do
 * before. Every token but the first of each text is a target; a text longer than a pass of the
 * model is cut into passes, which ranks share; their sums are added in the order of the texts.
 *
 * @param dataset the name in {@code evals}
 * @param texts token ids of the texts, with the tokenizer's prefix if it has one
 */
public record TextLoss(String dataset, List<int[]> texts) implements ModelProbe {
  public TextLoss {
    texts = List.copyOf(texts);
  }

  @Override
  public boolean everyEvalSteps() {
    return false;
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public void measure(Subject subject, long step) {
    List<int[]> passes = passes(subject.model().maxTokens());
    LossSum sum =
        SharedWork.of(subject.ranks(), passes.stream().mapToLong(ids -> ids.length).toArray())
            .numbers(pass -> subject.model().evaluate(row(passes.get(pass))).numbers())
            .stream()
            .map(LossSum::of)
            .reduce(LossSum.ZERO, LossSum::plus);
    if (subject.isFirst()) {
      Evaluator.report(sum, dataset, step, subject.report());
    }
  }

  private List<int[]> passes(int longest) {
    List<int[]> passes = new ArrayList<>();
    for (int[] text : texts) {
      for (int from = 0; from < text.length - 1; from += longest) {
        passes.add(Arrays.copyOfRange(text, from, Math.min(text.length, from + longest)));
      }
    }
    return passes;
  }

  private static PackedRow row(int[] ids) {
    float[] weights = new float[ids.length];
    Arrays.fill(weights, 1, ids.length, 1);
    return new PackedRow(ids, weights, new int[] {0});
  }
}
