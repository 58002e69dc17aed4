package dev.hone.jobs.config;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.peft.LoraBias;
import dev.hone.formats.model.peft.LoraInit;
import dev.hone.formats.model.peft.LoraRanks;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.formats.model.peft.LoraTargets;
import dev.hone.formats.model.peft.ModuleNames;
import dev.hone.formats.model.peft.TrainedParts;
import dev.hone.training.model.Unfrozen;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The keys that describe an adapter. */
final class LoraKeys {
  private static final String TARGETS = "lora_target_modules";
  private static final String EXCLUDED = "lora_exclude_modules";
  private static final String RANKS = "lora_rank_pattern";
  private static final String ALPHAS = "lora_alpha_pattern";
  private static final String LAYERS = "peft_layers_to_transform";
  private static final String LAYERS_PATTERN = "peft_layers_pattern";
  private static final String INIT = "peft_init_lora_weights";
  private static final String UNFROZEN = "unfrozen_parameters";
  private static final String FROM = "lora_model_dir";

  /** Keys that describe the adapter itself: if none is given, those of lora_model_dir hold. */
  private static final List<String> SETTINGS =
      List.of(
          "lora_r",
          "lora_alpha",
          "peft_use_rslora",
          RANKS,
          ALPHAS,
          "lora_dropout",
          TARGETS,
          "lora_target_linear",
          EXCLUDED,
          LAYERS,
          LAYERS_PATTERN,
          INIT,
          "peft_use_dora",
          "lora_modules_to_save",
          "peft_bias");

  private LoraKeys() {}

  /** The adapter, once everything has been checked; empty: all weights are trained. */
  static Optional<HoneConfig.Lora> read(Section top) {
    LoraSettings settings = settings(top);
    boolean continued = top.given(FROM) && SETTINGS.stream().noneMatch(top::given);
    Optional<String> from = top.text(FROM);
    return top.text("adapter")
        .map(
            adapter ->
                new HoneConfig.Lora(continued ? Optional.empty() : Optional.of(settings), from));
  }

  private static LoraSettings settings(Section top) {
    LoraRanks ranks =
        new LoraRanks(
            top.integer("lora_r").orElseThrow(),
            top.number("lora_alpha").orElseThrow(),
            numbers(top, RANKS, Double::intValue),
            numbers(top, ALPHAS, value -> value),
            top.flag("peft_use_rslora"));
    boolean all =
        top.flag("lora_target_linear") || top.words(TARGETS).equals(List.of("all-linear"));
    LoraTargets targets =
        new LoraTargets(
            all ? ModuleNames.NONE : names(top, TARGETS),
            names(top, EXCLUDED),
            top.numbers(LAYERS).stream().map(Double::intValue).toList(),
            top.words(LAYERS_PATTERN));
    return new LoraSettings(
        ranks,
        top.number("lora_dropout").orElseThrow(),
        targets,
        top.text(INIT).flatMap(LoraInit::named).orElse(LoraInit.KAIMING),
        top.flag("peft_use_dora"),
        new TrainedParts(
            LoraBias.named(top.text("peft_bias").orElse(LoraBias.NONE.key())),
            top.words("lora_modules_to_save")));
  }

  /** A list of names; a text alone is a pattern, unless it could be no more than a name. */
  private static ModuleNames names(Section top, String key) {
    List<String> words = top.words(key);
    return top.isScalar(key) && !words.isEmpty() && !words.get(0).matches("[\\w.]+")
        ? ModuleNames.matching(words.get(0))
        : ModuleNames.of(words);
  }

  private static <T> Map<String, T> numbers(
      Section top, String key, Function<Double, T> conversion) {
    Map<String, T> numbers = new LinkedHashMap<>();
    top.map(key)
        .forEach(
            (pattern, text) ->
                Numbers.parse(text)
                    .ifPresent(value -> numbers.put(pattern, conversion.apply(value))));
    return numbers;
  }

  /** Combinations and values that cannot be. */
  static void check(Section top) {
    checkUnfrozen(top);
    boolean ofWeights =
        top.text(INIT).flatMap(LoraInit::named).stream().anyMatch(LoraInit::ofWeights);
    if (top.flag("peft_use_dora") && ofWeights) {
      top.problem(
          INIT,
          "%s together with peft_use_dora is not supported; use one of the two"
              .formatted(top.text(INIT).orElseThrow()));
    }
    if (!top.given("adapter") && top.given(FROM)) {
      top.problem(FROM, "starts from an adapter, but no adapter is trained; add adapter: lora");
    }
    if (top.given(TARGETS) && top.words(TARGETS).isEmpty()) {
      top.problem(
          TARGETS,
          "an empty list; name linear layers such as q_proj, or use lora_target_linear: true");
    }
    top.map(RANKS)
        .forEach(
            (pattern, text) -> {
              if (Numbers.parse(text).filter(r -> r >= 1 && r == Math.rint(r)).isEmpty()) {
                top.problem(
                    RANKS, "%s has rank %s, not a whole number above 0".formatted(pattern, text));
              }
            });
    top.map(ALPHAS)
        .forEach(
            (pattern, text) -> {
              if (Numbers.parse(text).filter(alpha -> alpha > 0).isEmpty()) {
                top.problem(
                    ALPHAS, "%s has alpha %s, not a number above 0".formatted(pattern, text));
              }
            });
    top.numbers(LAYERS).stream()
        .filter(layer -> layer != Math.rint(layer))
        .findFirst()
        .ifPresent(
            layer ->
                top.problem(LAYERS, Numbers.text(layer) + " is not the whole number of a block"));
    if (top.given(LAYERS_PATTERN) && !top.given(LAYERS)) {
      top.problem(
          LAYERS_PATTERN,
          "says where the numbers of %s stand; add that, or remove it".formatted(LAYERS));
    }
    if (top.given(LAYERS) && !names(top, TARGETS).pattern().isEmpty()) {
      top.problem(
          LAYERS,
          "together with the pattern of %s (%s), which names the layers itself; keep one of the two"
              .formatted(TARGETS, top.location(TARGETS)));
    }
  }

  private static void checkUnfrozen(Section top) {
    List<String> patterns = top.words(UNFROZEN);
    if (!patterns.isEmpty() && top.given("adapter")) {
      top.problem(
          UNFROZEN,
          "together with adapter (%s), beside which the weights are frozen; use lora_modules_to_save, or remove one of the two"
              .formatted(top.location("adapter")));
    }
    try {
      new Unfrozen(patterns);
    } catch (HoneException e) {
      top.problem(UNFROZEN, e.getMessage());
    }
  }

  /** Keys that change nothing. */
  static List<String> notices(Section top) {
    if (top.given("adapter")) {
      return List.of();
    }
    List<String> idle = SETTINGS.stream().filter(top::given).toList();
    return idle.isEmpty()
        ? List.of()
        : List.of(
            String.join(", ", idle) + ": no effect without adapter: lora; all weights are trained");
  }
}
