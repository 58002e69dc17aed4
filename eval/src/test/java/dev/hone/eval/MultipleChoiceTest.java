package dev.hone.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import dev.hone.training.collective.Exchange;
import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.distributed.ModelProbe;
import dev.hone.training.distributed.RankMessage;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.objective.HeldOut;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

@Tag("unit")
class MultipleChoiceTest {
  private static final Path MODEL =
      Path.of(System.getProperty("hone.repository"))
          .resolve("training/src/test/resources/parity/llama/model");
  private static final int MAX_TOKENS = 40;

  private final ModelDirectory directory = ModelDirectory.open(MODEL);
  private final CausalLm model =
      CausalLm.load(
          directory, Optional.empty(), new ReferenceKernels(DataType.FLOAT), MAX_TOKENS, 0);
  private final MultipleChoice probe = new MultipleChoice("set", questions());

  private static List<ChoiceQuestion> questions() {
    try (Tokenizer tokenizer = Tokenizers.open(MODEL)) {
      return List.of(
          ChoiceQuestion.of(
              "Which is a metal?", List.of("iron", "salt and tea", "x"), 1, tokenizer, MAX_TOKENS),
          ChoiceQuestion.of("Water", List.of("boils", "barks."), 0, tokenizer, MAX_TOKENS),
          ChoiceQuestion.of("One and one is", List.of("2", "two"), 1, tokenizer, MAX_TOKENS));
    }
  }

  /** Each text alone, from the logits of all tokens. */
  @Test
  void textsThatShareAPassAreScoredAsIfTheyWereAlone() {
    List<double[]> together = probe.logProbabilities(model, Exchange.alone());
    for (int q = 0; q < together.size(); q++) {
      List<ChoiceQuestion.Text> texts = probe.questions().get(q).texts();
      for (int c = 0; c < texts.size(); c++) {
        double alone = alone(texts.get(c));
        assertTrue(alone < -1, "it says something");
        assertEquals(alone, together.get(q)[c], 1e-4 * -alone, q + ", " + c);
      }
    }
    assertTrue(probe.passTokens() < MAX_TOKENS && probe.passTokens() * 7 > MAX_TOKENS);
  }

  private double alone(ChoiceQuestion.Text text) {
    float[] weights = new float[text.ids().length];
    List<float[]> logits = model.logits(new PackedRow(text.ids(), weights, new int[] {0}));
    double sum = 0;
    for (int t = text.from(); t < text.ids().length; t++) {
      float[] row = logits.get(t - 1);
      double all = 0;
      for (float logit : row) {
        all += Math.exp(logit);
      }
      sum += row[text.ids()[t]] - Math.log(all);
    }
    return sum;
  }

  @Test
  void sharesAndChoicesAreReported() {
    List<RankMessage> reported = new ArrayList<>();
    PackSource none = null;
    probe.measure(
        new ModelProbe.Subject(model, directory, new HeldOut(none, () -> null), reported::add), 3);
    List<double[]> likely = probe.logProbabilities(model, Exchange.alone());
    int right = 0;
    for (int q = 0; q < 3; q++) {
      ChoiceQuestion question = probe.questions().get(q);
      int best = question.likeliest(likely.get(q));
      right += best == question.right() ? 1 : 0;
      RankMessage.Generated row = (RankMessage.Generated) reported.get(q);
      assertEquals(question.choices().get(best), row.completion());
      assertEquals(question.choices().get(question.right()), row.reference());
      assertEquals(best == question.right(), row.exactMatch());
      assertEquals(q, row.ordinal());
    }
    RankMessage.Evaluated acc = (RankMessage.Evaluated) reported.get(3);
    assertEquals("acc", acc.name());
    assertEquals(right / 3.0, acc.value());
    assertEquals(Interval.wilson(right, 3), new Interval(acc.low(), acc.high()));
    assertEquals("acc_norm", ((RankMessage.Evaluated) reported.get(4)).name());
    assertEquals(5, reported.size());
  }
}
