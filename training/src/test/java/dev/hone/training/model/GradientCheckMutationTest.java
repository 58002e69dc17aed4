package dev.hone.training.model;

import static dev.hone.training.model.GradientChecks.agrees;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Task;
import dev.hone.formats.model.peft.LoraInit;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.formats.model.peft.TrainedParts;
import dev.hone.training.data.Answers;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.DistillationLoss;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.TokenLoss;
import dev.hone.training.layers.LossRule;
import dev.hone.training.layers.ScoreRule;
import dev.hone.training.model.WrongKernels.Mistake;
import dev.hone.training.objective.BradleyTerry;
import dev.hone.training.objective.Divergence;
import dev.hone.training.objective.KtoLoss;
import dev.hone.training.objective.KtoObjective;
import dev.hone.training.objective.PairLossType;
import dev.hone.training.objective.PairObjective;
import dev.hone.training.objective.PairSettings;
import dev.hone.training.objective.RewardObjective;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@link GradientCheckTest} would see: the same check fails for every single gradient that is
 * a hundredth too large, and holds where nothing is wrong.
 */
@Tag("parity")
@ExtendWith(GradientChecks.class)
class GradientCheckMutationTest {
  private static final TokenLoss SMOOTHED = new TokenLoss(0.2, 0.05, false);
  private static final int RANK = 2;
  private static final Consumer<ObjectNode> TINY =
      json -> json.put("num_hidden_layers", 1).put("hidden_size", 4).put("head_dim", 4);

  @TempDir private Path dir;

  /** Models that have what the mistakes are made in, with one block. */
  enum Model {
    WHOLE(Optional.empty(), TokenLoss.NLL),
    SMOOTHED_LABELS(Optional.empty(), SMOOTHED),
    ADAPTER(Optional.of(settings(LoraInit.KAIMING, false)), TokenLoss.NLL),
    ROW_LENGTHS(Optional.of(settings(LoraInit.KAIMING, true)), TokenLoss.NLL),
    ORTHONORMAL_START(Optional.of(settings(LoraInit.OLORA, false)), TokenLoss.NLL),
    PRINCIPAL_START(Optional.of(settings(LoraInit.pissa(0), false)), TokenLoss.NLL);

    private final Optional<LoraSettings> adapter;
    private final TokenLoss loss;

    Model(Optional<LoraSettings> adapter, TokenLoss loss) {
      this.adapter = adapter;
      this.loss = loss;
    }

    private static LoraSettings settings(LoraInit init, boolean dora) {
      LoraSettings plain = GradientChecks.lora(List.of("v_proj", "up_proj")).settings();
      return new LoraSettings(
          plain.ranks(), plain.dropout(), plain.targets(), init, dora, TrainedParts.NONE);
    }

    private CausalLm load(Path dir, Kernels kernels) throws IOException {
      ModelDirectory base = TinyModel.write(dir, "qwen2", false, TINY);
      CausalLm model =
          GradientChecks.load(
              base, adapter.map(found -> new LoraSpec(found, Optional.empty())), kernels);
      model.bind(TinyModel.row(1, 6, 4, 5), 0.1, loss);
      return model;
    }
  }

  /** One wrong gradient of one kind of layer. */
  record Case(String name, Model model, Mistake mistake) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        of("embedding", Model.WHOLE, Mistake.scaling("embedBackward", 3)),
        of("norm, weight", Model.WHOLE, Mistake.scaling("rmsNormBackwardWeight", 3)),
        of("norm, input", Model.WHOLE, Mistake.scaling("rmsNormBackwardInput", 5)),
        of("linear, weight", Model.WHOLE, Mistake.scaling("linearBackwardWeight", 2)),
        of("linear, input", Model.WHOLE, Mistake.scaling("linearBackwardInput", 2)),
        of("linear, bias", Model.WHOLE, Mistake.scaling("biasBackward", 1)),
        of("attention, q", Model.WHOLE, Mistake.scaling("attentionBackward", 8)),
        of("attention, k", Model.WHOLE, Mistake.scaling("attentionBackward", 9)),
        of("attention, v", Model.WHOLE, Mistake.scaling("attentionBackward", 10)),
        of("RoPE", Model.WHOLE, Mistake.of("rope", to(6, false)).where(is(6, true))),
        of("GLU, gate", Model.WHOLE, Mistake.scaling("gluBackward", 4)),
        of("GLU, up", Model.WHOLE, Mistake.scaling("gluBackward", 5)),
        of("head, logits", Model.WHOLE, Mistake.scaling("crossEntropyWithGradient", 8)),
        of(
            "head, weight",
            Model.WHOLE,
            Mistake.scaling("linearBackwardWeight", 2).where(rows(2, TinyModel.VOCABULARY))),
        of("smoothing", Model.SMOOTHED_LABELS, loss(new TokenLoss(0.21, 0.05, false))),
        of("z-loss", Model.SMOOTHED_LABELS, loss(new TokenLoss(0.2, 0.051, false))),
        of(
            "LoRA, A",
            Model.ADAPTER,
            Mistake.scaling("linearBackwardWeight", 2).where(rows(2, RANK))),
        of(
            "LoRA, B",
            Model.ADAPTER,
            Mistake.scaling("linearBackwardWeight", 2).where(columns(2, RANK))),
        of(
            "LoRA, input",
            Model.ADAPTER,
            Mistake.scaling("linearBackwardInput", 2).where(rows(1, RANK))),
        of("LoRA, dropout", Model.ADAPTER, Mistake.of("dropout", to(4, 6L)).where(is(5, 1.0))),
        of("DoRA, lengths", Model.ROW_LENGTHS, Mistake.scaling("columnDots", 3)),
        of(
            "DoRA, input",
            Model.ROW_LENGTHS,
            Mistake.scaling("linearBackwardInput", 2).where(columns(1, RANK))),
        of("OLoRA", Model.ORTHONORMAL_START, startLeftIn()),
        of("PiSSA", Model.PRINCIPAL_START, startLeftIn()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aWrongGradientIsSeen(Case wrong) throws IOException {
    WrongKernels kernels = new WrongKernels(wrong.mistake);
    CausalLm model = wrong.model.load(dir, kernels.kernels());
    boolean passed = agrees(model);
    assertTrue(kernels.made() > 0, "nothing was wrong");
    assertEquals(false, passed, "the check passed");
  }

  @ParameterizedTest
  @EnumSource(Model.class)
  void nothingIsSeenWhereNothingIsWrong(Model model) throws IOException {
    assertTrue(agrees(model.load(dir, new WrongKernels(Mistake.NONE).kernels())));
  }

  @Test
  void aWrongDerivativeOfAPairIsSeen() throws IOException {
    CausalLm model = Model.ADAPTER.load(dir, new WrongKernels(Mistake.NONE).kernels());
    PackedRow pairs =
        TinyModel.pairs(3, 5, 4)
            .withAnswers(
                new Answers(new boolean[] {true, false}).withReference(new double[] {-11, -9}));
    PairLossType type = PairLossType.SIGMOID;
    PairSettings settings =
        new PairSettings(
            type.with(new PairLossType.Settings(0.1, 0.1, Divergence.reverseKl(), 0.5, 0.5)),
            0.1,
            true,
            false,
            0,
            true,
            OptionalDouble.empty());
    PairObjective.Pass pass = new PairObjective(model, settings).pass(pairs);
    assertSeen(model, pass.targets(), pass.rule());
  }

  @Test
  void aWrongDerivativeOfALabelledAnswerIsSeen() throws IOException {
    CausalLm model = Model.ADAPTER.load(dir, new WrongKernels(Mistake.NONE).kernels());
    PackedRow answers =
        TinyModel.pairs(3, 5, 4)
            .withAnswers(
                new Answers(new boolean[] {true, false}).withReference(new double[] {-11, -9}));
    PairObjective.Pass pass =
        new KtoObjective(model, new KtoLoss(0.3, 1.2, 0.7), 32, Optional.empty())
            .pass(answers, 1.5);
    assertSeen(model, pass.targets(), pass.rule());
  }

  @Test
  void aWrongDerivativeOfARewardIsSeen() throws IOException {
    CausalLm model =
        GradientChecks.load(
            ScoreStart.on(TinyModel.write(dir, "qwen2", false, TINY).forTask(Task.SEQ_CLS), 1),
            Optional.empty(),
            new WrongKernels(Mistake.NONE).kernels());
    RewardModel rewards = new RewardModel(model);
    PackedRow pairs = TinyModel.pairs(3, 5, 4);
    ScoreRule rule = new RewardObjective(rewards, new BradleyTerry(0.3)).rule(pairs);
    rewards.bind(pairs, rule);
    assertTrue(agrees(model));
    rewards.bind(
        pairs,
        (scores, slopes) -> {
          double objective = rule.decide(scores, slopes);
          slopes[0] *= 1.01;
          return objective;
        });
    assertEquals(false, agrees(model), "the check passed");
  }

  @ParameterizedTest
  @EnumSource(DistillationLoss.Divergence.class)
  void aWrongGradientOfATeachersWordIsSeen(DistillationLoss.Divergence way) throws IOException {
    CausalLm teacher =
        GradientChecks.load(
            TinyModel.write(dir.resolve("teacher"), "llama", false),
            Optional.empty(),
            new WrongKernels(Mistake.NONE).kernels());
    PackedRow row = TinyModel.row(1, 6, 4, 5);
    PackedRow taught = row.withTeaching(teacher.teach(row, 3));
    DistillationLoss loss = new DistillationLoss(way, 2, 0.3, 0.9, 0.1);
    WrongKernels kernels = new WrongKernels(Mistake.scaling("distillationWithGradient", 8));
    CausalLm model = Model.WHOLE.load(dir, kernels.kernels());
    model.bind(taught, 0.1, loss);
    boolean passed = agrees(model);
    assertTrue(kernels.made() > 0, "nothing was wrong");
    assertEquals(false, passed, "the check passed");
  }

  /** The check passes with the rule, and fails where one of its coefficients is wrong. */
  private static void assertSeen(CausalLm model, PackedRow row, LossRule rule) {
    model.bind(row, rule);
    assertTrue(agrees(model));
    model.bind(
        row,
        (scores, coefficients) -> {
          double objective = rule.decide(scores, coefficients);
          coefficients[0] *= 1.01;
          return objective;
        });
    assertEquals(false, agrees(model), "the check passed");
  }

  private static Case of(String name, Model model, Mistake mistake) {
    return new Case(name, model, mistake);
  }

  /** The gradient is that of another loss of each token than the loss itself. */
  private static Mistake loss(TokenLoss other) {
    return Mistake.of("crossEntropyWithGradient", to(4, other));
  }

  /** What a branch began as is taken out with a scale of its own. */
  private static Mistake startLeftIn() {
    return Mistake.scaling("linearBackwardInput", 2).where(arguments -> (double) arguments[4] < 0);
  }

  private static Consumer<Object[]> to(int argument, Object value) {
    return arguments -> arguments[argument] = value;
  }

  private static Predicate<Object[]> is(int argument, Object value) {
    return arguments -> arguments[argument].equals(value);
  }

  private static Predicate<Object[]> rows(int argument, int count) {
    return arguments -> ((Tensor) arguments[argument]).shape()[0] == count;
  }

  private static Predicate<Object[]> columns(int argument, int count) {
    return arguments -> ((Tensor) arguments[argument]).shape()[1] == count;
  }
}
