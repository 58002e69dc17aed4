package dev.hone.eval;

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
 * characters of its answer, so that a long one is not less likely for its length.
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
    List<double[]> all = logProbabilities(subject.model());
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

  /** Of every choice of every question, in nats; as many texts as fit share a pass. */
  List<double[]> logProbabilities(CausalLm model) {
    List<double[]> all = new ArrayList<>();
    questions.forEach(question -> all.add(new double[question.texts().size()]));
    List<Place> row = new ArrayList<>();
    int tokens = 0;
    for (int q = 0; q < questions.size(); q++) {
      for (int c = 0; c < questions.get(q).texts().size(); c++) {
        ChoiceQuestion.Text text = questions.get(q).texts().get(c);
        if (tokens + text.ids().length > model.maxTokens()) {
          score(row, model, all);
          row.clear();
          tokens = 0;
        }
        row.add(new Place(q, c, text));
        tokens += text.ids().length;
      }
    }
    score(row, model, all);
    return all;
  }

  /** A text of a row, and where its log-probability goes. */
  private record Place(int question, int choice, ChoiceQuestion.Text text) {

    PackedRow row() {
      float[] weights = new float[text.ids().length];
      Arrays.fill(weights, text.from(), weights.length, 1);
      return new PackedRow(text.ids(), weights, new int[] {0});
    }
  }

  private static void score(List<Place> places, CausalLm model, List<double[]> all) {
    if (places.isEmpty()) {
      return;
    }
    PackedRow row = PackedRow.concat(places.stream().map(Place::row).toList());
    TargetScores scores = model.score(row, true);
    int document = 0;
    for (int target = 0; target < scores.count(); target++) {
      while (scores.position(target) >= row.documentEnd(document)) {
        document++;
      }
      Place place = places.get(document);
      all.get(place.question())[place.choice()] += scores.logProbability(target);
    }
  }
}
