package dev.hone.jobs.config;

import dev.hone.formats.model.BaseWeights;
import dev.hone.formats.model.gguf.GgufModel;
import java.util.List;
import java.util.Optional;

/** The keys that say how the base model is kept in memory. */
final class BaseWeightKeys {
  private static final List<String> LOADING = List.of("load_in_4bit", "load_in_8bit");
  private static final List<String> NF4 =
      List.of("bnb_4bit_quant_type", "bnb_4bit_use_double_quant");

  private BaseWeightKeys() {}

  /** What holds, once everything has been checked. */
  static BaseWeights read(Section top) {
    top.text("bnb_4bit_quant_type"); // nf4 is the only one
    boolean twice = top.flag("bnb_4bit_use_double_quant");
    if (!isQlora(top)) {
      return BaseWeights.AS_STORED;
    }
    return twice ? BaseWeights.NF4_DOUBLE : BaseWeights.NF4;
  }

  /** Combinations that cannot be. */
  static void check(Section top, ConfigNode.Entries root) {
    Optional<String> adapter = top.text("adapter");
    boolean qlora = isQlora(top);
    for (String key : LOADING) {
      Optional<ConfigNode> node = root.get(key);
      boolean on = node.filter(value -> !ConfigNode.isOff(value)).isPresent();
      if (on && adapter.isEmpty()) {
        top.problem(key, "needs an adapter: quantized weights are not trained; add adapter: qlora");
      } else if (on && !qlora && key.equals("load_in_4bit")) {
        top.problem(
            key,
            "true together with adapter: lora, which keeps the base model as it is stored; use adapter: qlora, or remove it");
      } else if (on && qlora && key.equals("load_in_8bit")) {
        top.problem(key, "together with adapter: qlora, which keeps 4 bits; remove it");
      }
    }
    boolean fourBits = top.flag("load_in_4bit");
    if (qlora && top.given("load_in_4bit") && !fourBits) {
      top.problem(
          "load_in_4bit",
          "false together with adapter: qlora, which quantizes the base model; remove it, or use adapter: lora");
    }
    Optional<String> gguf = top.text("base_model").filter(GgufModel::isGguf);
    if (gguf.isPresent() && !qlora) {
      top.problem(
          "base_model",
          "'%s' is a GGUF file, whose quantized weights can only be the frozen base of an adapter; use adapter: qlora, or make a directory with hone import"
              .formatted(gguf.get()));
    }
  }

  /** Keys that change nothing. */
  static List<String> notices(Section top) {
    List<String> given = NF4.stream().filter(top::given).toList();
    if (given.isEmpty()) {
      return List.of();
    }
    String keys = String.join(", ", given);
    if (!isQlora(top)) {
      return List.of(keys + ": no effect without adapter: qlora");
    }
    return top.text("base_model").filter(GgufModel::isGguf).isPresent()
        ? List.of(keys + ": no effect on a GGUF file, whose own blocks are used")
        : List.of();
  }

  private static boolean isQlora(Section top) {
    return top.text("adapter").filter("qlora"::equals).isPresent();
  }
}
