package dev.hone.formats.model.hf;

import dev.hone.formats.model.AttentionLayer;
import dev.hone.formats.model.Rope;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * Which layers see a window of {@code sliding_window} tokens only: those that {@code layer_types}
 * names, or where a file has no such list, those of the family's rule.
 */
final class Windows {
  private static final String SLIDING = "sliding_attention";
  private static final String FULL = "full_attention";

  private final OptionalInt window;
  private final IntPredicate slides;

  private Windows(OptionalInt window, IntPredicate slides) {
    this.window = window;
    this.slides = slides;
  }

  /**
   * Reads both keys.
   *
   * @param size {@code sliding_window} where the file does not have the key; null there means none
   * @param rule which layers slide, by their index, if the file does not say
   */
  static Windows read(ConfigJson json, OptionalInt size, IntPredicate rule) {
    OptionalInt window =
        json.isNull("sliding_window") || (json.value("sliding_window").isEmpty() && size.isEmpty())
            ? OptionalInt.empty()
            : OptionalInt.of(json.size("sliding_window", size.orElse(1)));
    if (json.value("layer_types").isEmpty()) {
      return new Windows(window, rule);
    }
    List<String> types = json.texts("layer_types");
    int layers = json.size("num_hidden_layers", types.size());
    if (types.size() != layers) {
      json.problem("layer_types names " + types.size() + " of num_hidden_layers " + layers);
    }
    for (String type : types) {
      if (!type.equals(SLIDING) && !type.equals(FULL)) {
        json.problem("layer_types has " + type + "; hone computes " + FULL + " and " + SLIDING);
        break;
      }
    }
    if (types.contains(SLIDING) && window.isEmpty()) {
      json.problem("layer_types has " + SLIDING + ", but sliding_window is missing");
    }
    return new Windows(window, i -> i < types.size() && types.get(i).equals(SLIDING));
  }

  boolean slides(int layer) {
    return window.isPresent() && slides.test(layer);
  }

  /** The layer of that number, with the same RoPE as the others. */
  AttentionLayer layer(int index, Rope rope) {
    return slides(index)
        ? AttentionLayer.sliding(rope, window.getAsInt())
        : AttentionLayer.full(rope);
  }
}
