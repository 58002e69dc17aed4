package dev.hone.training.distributed;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Task;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.collective.SharedWork;
import dev.hone.training.data.PackedRow;
import dev.hone.training.model.RewardModel;
import dev.hone.training.model.Room;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks a reward model about texts: every rank loads it and reads some, and the rewards come to the
 * driver.
 */
public final class RateStage {
  /** Tokens of a pass where no text is longer. */
  private static final int PASS_TOKENS = 512;

  private RateStage() {}

  /**
   * The reward of each text.
   *
   * @param description what the Spark UI shows
   * @param model a reward model's directory, or an adapter of one on its base model
   * @param team the ranks
   * @param texts token ids, each of at least one
   * @throws HoneException if it cannot be loaded, or is no reward model
   */
  public static double[] run(
      Warehouse warehouse,
      String description,
      ModelSource model,
      RankTeam team,
      List<int[]> texts) {
    double[] rewards = new double[texts.size()];
    RankStage.run(
        warehouse.spark(),
        description,
        PackChoice.ALL.of(warehouse, ""), // no packs: the texts travel with the work
        team,
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
      RankMachines machines = RankMachines.agree(context, source.bf16());
      ModelDirectory base = source.open(place, Task.SEQ_CLS);
      if (!source.lora() && !base.weights().names().contains(Task.SCORE)) {
        throw new HoneException(
            "judge.reward_model '%s' has no %s, so it is no reward model; name one that was trained with reward_model: true"
                .formatted(base.name(), Task.SCORE));
      }
      int longest = texts.stream().mapToInt(text -> text.length).max().orElse(1);
      int maxTokens = Math.max(PASS_TOKENS, longest);
      RewardModel model =
          new RewardModel(
              source.load(base, place, source.kernels(place, machines), Room.whole(maxTokens), 0));
      List<List<Integer>> passes = passes(maxTokens);
      long[] costs = passes.stream().mapToLong(this::tokens).toArray();
      List<double[]> rewards =
          SharedWork.of(context.ranks(), costs)
              .numbers(
                  pass -> {
                    context.stopIfAsked();
                    return model.rewards(
                        PackedRow.concat(passes.get(pass).stream().map(this::row).toList()));
                  });
      for (int pass = 0; pass < passes.size(); pass++) {
        for (int i = 0; i < passes.get(pass).size(); i++) {
          context.send(new RankMessage.Rated(passes.get(pass).get(i), rewards.get(pass)[i]));
        }
      }
    }

    private long tokens(List<Integer> pass) {
      return pass.stream().mapToLong(text -> texts.get(text).length).sum();
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
