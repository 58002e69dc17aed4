package dev.hone.training.distributed;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Task;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.data.PackedRow;
import dev.hone.training.model.RewardModel;
import java.util.ArrayList;
import java.util.List;

/** Asks a reward model about texts: loads it on a rank, and brings its rewards to the driver. */
public final class RateStage {
  /** Tokens of a pass where no text is longer. */
  private static final int PASS_TOKENS = 512;

  private RateStage() {}

  /**
   * The reward of each text.
   *
   * @param description what the Spark UI shows
   * @param model a reward model's directory, or an adapter of one on its base model
   * @param texts token ids, each of at least one
   * @throws HoneException if it cannot be loaded, or is no reward model
   */
  public static double[] run(
      Warehouse warehouse, String description, ModelSource model, List<int[]> texts) {
    double[] rewards = new double[texts.size()];
    RankStage.run(
        warehouse.spark(),
        description,
        PackChoice.ALL.of(warehouse, ""), // no packs: the texts travel with the work
        new Work(model.portable(), List.copyOf(texts)),
        message -> {
          if (message instanceof RankMessage.Rated rated) {
            rewards[rated.ordinal()] = rated.reward();
          }
        });
    return rewards;
  }

  private record Work(ModelSource.Portable source, List<int[]> texts) implements RankWork {

    @Override
    public void run(RankContext context) {
      Place place = context.place();
      ModelDirectory base = source.open(place, Task.SEQ_CLS);
      if (!source.lora() && !base.weights().names().contains(Task.SCORE)) {
        throw new HoneException(
            "judge.reward_model '%s' has no %s, so it is no reward model; name one that was trained with reward_model: true"
                .formatted(base.name(), Task.SCORE));
      }
      int longest = texts.stream().mapToInt(text -> text.length).max().orElse(1);
      int maxTokens = Math.max(PASS_TOKENS, longest);
      RewardModel model =
          new RewardModel(source.load(base, place, source.kernels(place), maxTokens, 0));
      for (List<Integer> together : passes(maxTokens)) {
        context.stopIfAsked();
        double[] rewards =
            model.rewards(PackedRow.concat(together.stream().map(this::row).toList()));
        for (int i = 0; i < together.size(); i++) {
          context.send(new RankMessage.Rated(together.get(i), rewards[i]));
        }
      }
    }

    /** Numbers of the texts that share a pass. */
    private List<List<Integer>> passes(int maxTokens) {
      List<List<Integer>> passes = new ArrayList<>();
      int room = 0;
      for (int text = 0; text < texts.size(); text++) {
        int length = texts.get(text).length;
        if (passes.isEmpty() || length > room) {
          passes.add(new ArrayList<>());
          room = maxTokens;
        }
        passes.get(passes.size() - 1).add(text);
        room -= length;
      }
      return passes;
    }

    private PackedRow row(int text) {
      int[] ids = texts.get(text);
      return new PackedRow(ids, new float[ids.length], new int[] {0});
    }
  }
}
