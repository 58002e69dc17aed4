package dev.hone.jobs.config;

import dev.hone.training.optimizer.LearningRates;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** {@code loraplus_lr_ratio} and the keys that give some weights a learning rate of their own. */
final class LearningRateKeys {
  private static final String PEAK = "learning_rate";
  private static final String PLUS = "loraplus_lr_ratio";
  private static final String EMBEDDING = "embedding_lr";
  private static final String EMBEDDING_SCALE = "embedding_lr_scale";
  private static final String GROUPS = "lr_groups";

  /** Modules that {@code embedding_lr} is for. */
  private static final List<String> EMBEDDINGS = List.of("embed_tokens", "lm_head");

  private final Section top;
  private final ReadContext context;

  LearningRateKeys(Section top, ReadContext context) {
    this.top = top;
    this.context = context;
  }

  /** The learning rates; problems are among the others. */
  LearningRates read() {
    double ratio = top.number(PLUS).orElse(1);
    OptionalDouble embedding = top.number(EMBEDDING);
    OptionalDouble scale = top.number(EMBEDDING_SCALE);
    List<LearningRates.Group> groups = new ArrayList<>();
    if (embedding.isPresent() && scale.isPresent()) {
      top.problem(
          EMBEDDING,
          "together with %s (%s); keep one of the two"
              .formatted(EMBEDDING_SCALE, top.location(EMBEDDING_SCALE)));
    }
    scale.ifPresent(
        factor -> groups.add(new LearningRates.Group(EMBEDDING_SCALE, EMBEDDINGS, factor)));
    embedding.ifPresent(
        rate ->
            groups.add(new LearningRates.Group(EMBEDDING, EMBEDDINGS, factor(EMBEDDING, rate))));
    groups.addAll(groups());
    for (String key : List.of(EMBEDDING, EMBEDDING_SCALE, GROUPS)) {
      if (ratio != 1 && top.given(key)) {
        top.problem(
            key,
            "together with %s (%s), beside which Axolotl leaves it out of account; keep one of the two"
                .formatted(PLUS, top.location(PLUS)));
      }
    }
    return new LearningRates(ratio, groups);
  }

  private List<LearningRates.Group> groups() {
    List<LearningRates.Group> groups = new ArrayList<>();
    Set<String> names = new HashSet<>();
    List<ConfigNode.Entries> entries = top.list(GROUPS);
    for (int i = 0; i < entries.size(); i++) {
      Section section =
          new Section(
              KeyTable.lrGroups(),
              entries.get(i),
              "%s.%d.".formatted(GROUPS, i),
              Set.of(),
              context);
      String name = section.text("name").orElse("");
      List<String> modules = section.words("modules");
      OptionalDouble rate = section.number("lr");
      if (!names.add(name)) {
        section.problem("name", "'%s' is the name of two groups; name each once".formatted(name));
      }
      if (section.given("modules") && (modules.isEmpty() || modules.contains(""))) {
        section.problem("modules", "names nothing; name parts of weights' names, such as [mlp]");
      }
      if (rate.isPresent()) {
        String key = "%s.%d (%s)".formatted(GROUPS, i, name);
        groups.add(new LearningRates.Group(key, modules, factor(GROUPS, rate.getAsDouble())));
      }
    }
    return groups;
  }

  /** A rate as a part of the schedule's peak, which it follows up and down as in torch. */
  private double factor(String key, double rate) {
    double peak = top.number(PEAK).orElse(1);
    if (peak == 0) {
      top.problem(
          key,
          "is followed by the schedule in proportion to learning_rate, which is 0; raise that");
      return 1;
    }
    return rate / peak;
  }
}
