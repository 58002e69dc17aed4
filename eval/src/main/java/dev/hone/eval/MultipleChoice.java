package dev.hone.eval;

import dev.hone.training.collective.Exchange;
import dev.hone.training.collective.SharedWork;
import dev.hone.training.data.PackedRow;
import dev.hone.training.distributed.ModelProbe;
import dev.hone.training.distributed.RankMessage;
import dev.hone.training.layers.TargetScores;
import dev.hone.training.model.CausalLm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which of several answers a model finds likeliest, as lm-evaluation-harness asks it: by the
 * log-probability of each after the question. {@code acc} is the share of the questions whose right
 * answer is the likeliest; {@code acc_norm} the same with each log-probability divided by the
 * characters of its answer, so that a long one is not less likely for its length. Ranks share the
 * questions.
 *
 * @param dataset the name in {@code evals} and {@code generations}
 */
public record MultipleChoice(String dataset, List<ChoiceQuestion> questions) implements ModelProbe {
  public MultipleChoice {
    questions = List.copyOf(questions);
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
  public int passTokens() {
    return questions.stream()
        .flatMap(question -> question.texts().stream())
        .mapToInt(text -> text.ids().length)
        .max()
        .orElse(0);
  }

  @Override
  public void measure(Subject subject, long step) {
    if (questions.isEmpty()) {
      return;
    }
    List<double[]> all = logProbabilities(subject.model(), subject.ranks());
    if (!subject.isFirst()) {
      return;
    }
    int right = 0;
    int rightByLength = 0;
    for (int ordinal = 0; ordinal < questions.size(); ordinal++) {
      ChoiceQuestion question = questions.get(ordinal);
      int chosen = question.likeliest(all.get(ordinal));
      right += chosen == question.right() ? 1 : 0;
      rightByLength += question.likeliestByLength(all.get(ordinal)) == question.right() ? 1 : 0;
      subject
          .report()
          .accept(
              new RankMessage.Generated(
                  step,
                  dataset,
                  ordinal,
                  question.context(),
                  question.choices().get(chosen),
                  question.choices().get(question.right()),
                  chosen == question.right(),
                  Instant.now()));
    }
    int n = questions.size();
    subject.report().accept(Measured.share("acc", right, n).message(step, dataset));
    subject.report().accept(Measured.share("acc_norm", rightByLength, n).message(step, dataset));
  }

  /**
   * Of every choice of every question, in nats, on every rank; as many texts as fit share a pass,
   * and ranks share the passes.
   */
  List<double[]> logProbabilities(CausalLm model, Exchange ranks) {
    List<double[]> all = new ArrayList<>();
    questions.forEach(question -> all.add(new double[question.texts().size()]));
    List<List<Place>> passes = passes(model.maxTokens());
    long[] costs = passes.stream().mapToLong(MultipleChoice::tokens).toArray();
    List<double[]> found =
        SharedWork.of(ranks, costs).numbers(pass -> score(passes.get(pass), model));
    for (int pass = 0; pass < passes.size(); pass++) {
      for (int i = 0; i < passes.get(pass).size(); i++) {
        Place place = passes.get(pass).get(i);
        all.get(place.question())[place.choice()] = found.get(pass)[i];
      }
    }
    return all;
  }

  private static long tokens(List<Place> pass) {
    return pass.stream().mapToLong(place -> place.text().ids().length).sum();
  }

  /** The texts of each pass, in their order. */
  private List<List<Place>> passes(int maxTokens) {
    List<List<Place>> passes = new ArrayList<>();
    int room = 0;
    for (int q = 0; q < questions.size(); q++) {
      for (int c = 0; c < questions.get(q).texts().size(); c++) {
        ChoiceQuestion.Text text = questions.get(q).texts().get(c);
        if (passes.isEmpty() || text.ids().length > room) {
          passes.add(new ArrayList<>());
          room = maxTokens;
        }
        passes.get(passes.size() - 1).add(new Place(q, c, text));
        room -= text.ids().length;
      }
    }
    return passes;
  }

  /** A text of a row, and where its log-probability goes. */
  private record Place(int question, int choice, ChoiceQuestion.Text text) {

    PackedRow row() {
      float[] weights = new float[text.ids().length];
      Arrays.fill(weights, text.from(), weights.length, 1);
      return new PackedRow(text.ids(), weights, new int[] {0});
    }
  }

  private static double[] score(List<Place> places, CausalLm model) {
    double[] logProbabilities = new double[places.size()];
    PackedRow row = PackedRow.concat(places.stream().map(Place::row).toList());
    TargetScores scores = model.score(row, true);
    int document = 0;
    for (int target = 0; target < scores.count(); target++) {
      while (scores.position(target) >= row.documentEnd(document)) {
        document++;
      }
      logProbabilities[document] += scores.logProbability(target);
    }
    return logProbabilities;
  }
}
