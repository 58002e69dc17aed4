package dev.hone.training.objective;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Task;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.training.data.Answers;
import dev.hone.training.data.PackList;
import dev.hone.training.data.PackedRow;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.LoraSpec;
import dev.hone.training.model.Parameter;
import dev.hone.training.model.ScoreStart;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rewards are learned as TRL's RewardTrainer learns them, to 1e-3; see objectives/rewards.py. */
@Tag("parity")
class RewardCurvesTest {
  private static final JsonNode EXPECTED = TrlCurves.read("rewards.json");
  private static final int PAIRS_A_STEP = 2;

  private final TrlCurves curves = new TrlCurves();

  @ParameterizedTest
  @CsvSource({
    "plain, false, false, 0, 1",
    "'margins, accumulated', false, true, 0, 2",
    "adapter, true, false, 0, 1",
    "'adapter, centred margins', true, true, 0.05, 1"
  })
  void stepsAreThoseOfTrl(
      String name, boolean adapter, boolean margins, double centring, int microBatches) {
    PackList packs = new PackList(pairs(margins));
    int together = PAIRS_A_STEP / microBatches;
    List<List<long[]>> steps =
        LongStream.range(0, packs.size() / PAIRS_A_STEP)
            .mapToObj(
                step ->
                    LongStream.range(0, microBatches)
                        .map(batch -> step * PAIRS_A_STEP + batch * together)
                        .mapToObj(first -> LongStream.range(first, first + together).toArray())
                        .toList())
            .toList();
    CausalLm model = model(adapter, together * packs.longest());
    curves.follow(
        name,
        EXPECTED.get("runs").get(name),
        new Reward(centring).on(model, packs, steps),
        steps,
        EXPECTED.get("learning_rate").doubleValue(),
        (metric, expected) -> false);
  }

  private CausalLm model(boolean adapter, int maxTokens) {
    Optional<LoraSpec> lora =
        adapter
            ? Optional.of(
                new LoraSpec(
                    LoraSettings.of(4, 8, 0, List.of()).forTask(Task.SEQ_CLS), Optional.empty()))
            : Optional.empty();
    ModelDirectory directory = ModelDirectory.open(TrlCurves.LLAMA.resolve("model"), Task.SEQ_CLS);
    CausalLm model = CausalLm.load(ScoreStart.on(directory, 0), lora, curves.kernels, maxTokens, 0);
    for (Parameter parameter : model.parameters()) {
      if (parameter.name().endsWith(Task.SCORE)) {
        begin(parameter, 0.1, 3);
      } else if (parameter.name().contains("lora_A")) {
        begin(parameter, 0.05, 1);
      }
    }
    return model;
  }

  private void begin(Parameter parameter, double size, int step) {
    float[] values = new float[Math.toIntExact(parameter.value().length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (size * Math.sin(step * (double) i));
    }
    curves.kernels.write(FloatBuffer.wrap(values), parameter.value(), 0);
  }

  private static List<PackedRow> pairs(boolean margins) {
    List<PackedRow> pairs = new ArrayList<>();
    for (JsonNode pair : EXPECTED.get("pairs")) {
      float margin = margins ? pair.get("margin").floatValue() : 0;
      pairs.add(
          PackedRow.concat(
                  List.of(TrlCurves.answer(pair, "chosen"), TrlCurves.answer(pair, "rejected")))
              .withAnswers(new Answers(true, false).withMargins(margin, margin)));
    }
    return pairs;
  }
}
