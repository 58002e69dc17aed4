package dev.hone.jobs.config;

import dev.hone.packing.Examples;
import dev.hone.training.objective.DivergenceType;
import dev.hone.training.objective.ExoPair;
import dev.hone.training.objective.Kto;
import dev.hone.training.objective.ObjectiveSpec;
import dev.hone.training.objective.PairLossType;
import dev.hone.training.objective.Preferences;
import dev.hone.training.objective.Reward;
import dev.hone.training.objective.Supervised;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** {@code rl} and the keys that go with it: what training minimises. */
final class PreferenceKeys {
  private static final String RL = "rl";
  private static final String LOSSES = "dpo_loss_type";
  private static final String WEIGHTS = "dpo_loss_weights";
  private static final String DIVERGENCE = "f_divergence_type";

  private static final String REFERENCE = "ref_model";
  private static final String STORED = "precompute_ref_log_probs";
  private static final String KTO = "kto";
  private static final String KTO_LOSS = "kto_loss_type";

  /** The word of {@code dpo_loss_type} that is no comparison. */
  private static final String SFT = "sft";

  /** Which {@code rl} each key is for. */
  private static final Map<String, List<String>> USERS =
      Map.ofEntries(
          Map.entry("rl_beta", List.of("cpo", "dpo", "ipo", "kto", "orpo", "simpo")),
          Map.entry(LOSSES, List.of("dpo")),
          Map.entry(WEIGHTS, List.of("dpo")),
          Map.entry("dpo_label_smoothing", List.of("cpo", "dpo", "simpo")),
          Map.entry(DIVERGENCE, List.of("dpo", "ipo")),
          Map.entry("f_alpha_divergence_coef", List.of("dpo", "ipo")),
          Map.entry("ld_alpha", List.of("dpo", "ipo")),
          Map.entry("rpo_alpha", List.of("dpo", "ipo")),
          Map.entry(REFERENCE, List.of("dpo", "ipo", KTO)),
          Map.entry(STORED, List.of("dpo", "ipo")),
          Map.entry("orpo_alpha", List.of("orpo")),
          Map.entry("simpo_gamma", List.of("simpo")),
          Map.entry("cpo_alpha", List.of("cpo", "simpo")),
          Map.entry(KTO_LOSS, List.of(KTO)),
          Map.entry("kto_desirable_weight", List.of(KTO)),
          Map.entry("kto_undesirable_weight", List.of(KTO)));

  private PreferenceKeys() {}

  /** What is learned from. */
  static Examples examples(Section top) {
    if (RewardKeys.on(top)) {
      return Examples.PAIRS;
    }
    return top.text(RL)
        .map(word -> word.equals(KTO) ? Examples.LABELLED : Examples.PAIRS)
        .orElse(Examples.TEXTS);
  }

  /** What is minimised; supervised fine-tuning after a problem too. */
  static ObjectiveSpec read(Section top) {
    List<Preferences.Part> losses = losses(top);
    double beta = top.number("rl_beta").orElse(0.1);
    double alpha = top.number("orpo_alpha").orElse(beta);
    double smoothing = top.number("dpo_label_smoothing").orElse(0.0);
    DivergenceType divergence =
        top.text(DIVERGENCE)
            .map(word -> DivergenceType.valueOf(word.toUpperCase(Locale.ROOT)))
            .orElse(DivergenceType.REVERSE_KL);
    double coefficient = top.number("f_alpha_divergence_coef").orElse(0.5);
    double gamma = top.number("simpo_gamma").orElse(0.5);
    double ldAlpha = top.number("ld_alpha").orElse(1.0);
    Optional<String> rl = top.text(RL);
    double nllWeight = nllWeight(top, rl.orElse("dpo"));
    Kto kto =
        new Kto(
            beta,
            top.number("kto_desirable_weight").orElse(1.0),
            top.number("kto_undesirable_weight").orElse(1.0),
            estimatesKl(top));
    Supervised supervised = SupervisedKeys.read(top);
    Reward reward = RewardKeys.read(top);
    if (rl.isEmpty()) {
      return RewardKeys.on(top) ? reward : supervised;
    }
    if (rl.get().equals(KTO)) {
      return kto;
    }
    boolean orpo = rl.get().equals("orpo");
    boolean exo = losses.stream().anyMatch(part -> part.type() == PairLossType.EXO_PAIR);
    return new Preferences(
        losses,
        orpo ? alpha : beta,
        exo && !top.given("dpo_label_smoothing") ? ExoPair.DEFAULT_SMOOTHING : smoothing,
        divergence,
        coefficient,
        gamma,
        nllWeight,
        ldAlpha);
  }

  /** The reference model, if it is one to ask by itself. */
  static Optional<HoneConfig.Reference> reference(Section top) {
    Optional<String> rl = top.text(RL);
    boolean stored = top.flag(STORED) && rl.filter(USERS.get(STORED)::contains).isPresent();
    Optional<String> model =
        top.text(REFERENCE).filter(path -> rl.filter(USERS.get(REFERENCE)::contains).isPresent());
    return stored || model.isPresent()
        ? Optional.of(new HoneConfig.Reference(model, stored))
        : Optional.empty();
  }

  private static boolean estimatesKl(Section top) {
    return top.text(KTO_LOSS).filter("apo_zero_unpaired"::equals).isEmpty();
  }

  private static double nllWeight(Section top, String rl) {
    double rpo = top.number("rpo_alpha").orElse(0.0);
    OptionalDouble cpo = top.number("cpo_alpha");
    return switch (rl) {
      case "orpo" -> 1;
      case "cpo" -> cpo.orElse(1);
      case "simpo" -> cpo.orElse(0);
      default -> rpo + sftWeight(top);
    };
  }

  private static double sftWeight(Section top) {
    List<String> words = top.words(LOSSES);
    double weight = 0;
    for (int i = 0; i < words.size(); i++) {
      weight += words.get(i).equals(SFT) ? weight(top, i) : 0;
    }
    return weight;
  }

  private static double weight(Section top, int i) {
    List<Double> weights = top.numbers(WEIGHTS);
    return i < weights.size() ? weights.get(i) : 1;
  }

  private static List<Preferences.Part> losses(Section top) {
    List<String> words = top.words(LOSSES);
    Optional<String> rl = top.text(RL);
    if (rl.isPresent() && !rl.get().equals("dpo")) {
      return PairLossType.of(rl.get()).map(type -> new Preferences.Part(type, 1)).stream().toList();
    }
    List<Preferences.Part> parts = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      double weight = weight(top, i);
      PairLossType.of(words.get(i))
          .ifPresent(type -> parts.add(new Preferences.Part(type, weight)));
    }
    return parts;
  }

  static void check(Section top) {
    if (RewardKeys.on(top)) {
      return;
    }
    switch (examples(top)) {
      case TEXTS -> {}
      case PAIRS -> checkPairs(top);
      case LABELLED -> checkLabelled(top);
    }
  }

  /** The distance from the reference is estimated from answers that are none to their prompts. */
  private static void checkLabelled(Section top) {
    boolean alone =
        !top.flag("sample_packing")
            && top.integer("micro_batch_size").orElse(1) == 1
            && top.integer("gradient_accumulation_steps").orElse(1) == 1;
    if (alone && estimatesKl(top)) {
      top.problem(
          "micro_batch_size",
          "1 together with gradient_accumulation_steps: 1 and without sample_packing gives steps of one answer, and rl: kto compares the answers of a step with each other; raise one of the two, set sample_packing: true, or use kto_loss_type: apo_zero_unpaired");
    }
  }

  private static void checkPairs(Section top) {
    List<String> words = top.words(LOSSES);
    if (top.given(WEIGHTS) && top.numbers(WEIGHTS).size() != words.size()) {
      top.problem(
          WEIGHTS,
          "%d numbers for the %d losses of %s; give one to each"
              .formatted(top.numbers(WEIGHTS).size(), words.size(), LOSSES));
    }
    if (losses(top).isEmpty()) {
      top.problem(
          LOSSES, "%s compares nothing; name a loss beside sft, or remove rl".formatted(words));
    }
    if (losses(top).stream().anyMatch(part -> part.type() == PairLossType.EXO_PAIR)
        && top.given("dpo_label_smoothing")
        && top.number("dpo_label_smoothing").orElse(1.0) == 0) {
      top.problem(
          "dpo_label_smoothing", "exo_pair needs more than 0; 0.001 is TRL's, and the default");
    }
    checkDivergence(top);
    if (top.given("orpo_alpha") && top.given("rl_beta")) {
      top.problem(
          "orpo_alpha",
          "says the same as rl_beta (%s); keep one of the two".formatted(top.location("rl_beta")));
    }
  }

  private static void checkDivergence(Section top) {
    List<String> deaf =
        losses(top).stream()
            .map(Preferences.Part::type)
            .filter(type -> !type.takesDivergence())
            .map(PairLossType::key)
            .toList();
    Optional<String> other = top.text(DIVERGENCE).filter(word -> !word.equals("reverse_kl"));
    if (other.isPresent() && !deaf.isEmpty()) {
      List<String> able =
          Arrays.stream(PairLossType.values())
              .filter(PairLossType::takesDivergence)
              .map(PairLossType::key)
              .toList();
      top.problem(
          DIVERGENCE,
          "%s is defined for %s, not for %s; remove it, or choose another loss"
              .formatted(other.get(), String.join(", ", able), String.join(", ", deaf)));
    }
  }

  /** Keys that change nothing. */
  static List<String> notices(Section top) {
    List<String> notices = new ArrayList<>();
    Optional<String> rl = top.text(RL);
    USERS.keySet().stream()
        .sorted()
        .filter(top::given)
        .filter(key -> rl.isEmpty() || !USERS.get(key).contains(rl.get()))
        .forEach(
            key ->
                notices.add(
                    "%s: no effect %s; it is for rl: %s"
                        .formatted(
                            key,
                            rl.map(word -> "with rl: " + word).orElse("without rl"),
                            String.join(", ", USERS.get(key)))));
    if (rl.isPresent()) {
      notices.addAll(SupervisedKeys.notices(top, RL));
    }
    if (rl.isPresent() && top.number("lora_dropout").orElse(0.0) > 0) {
      notices.add(
          "lora_dropout: does not act with rl, as the model and its reference would differ before the first step");
    }
    return notices;
  }
}
