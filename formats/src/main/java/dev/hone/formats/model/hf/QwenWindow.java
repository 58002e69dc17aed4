package dev.hone.formats.model.hf;

import dev.hone.formats.model.ModelConfig;

/**
 * Qwen's switch for sliding attention: {@code use_sliding_window} turns it on from layer {@code
 * max_window_layers}, unless {@code layer_types} names the layers itself.
 */
final class QwenWindow {
  private QwenWindow() {}

  static void refuse(ConfigJson json, ModelConfig config) {
    boolean used = json.flag("use_sliding_window", false) && !json.isNull("sliding_window");
    boolean slides =
        json.value("layer_types").isPresent()
            ? json.texts("layer_types").contains("sliding_attention")
            : used && json.size("max_window_layers", 28) < config.numHiddenLayers();
    if (slides) {
      int window = used ? json.size("sliding_window", 4096) : 0;
      DecoderReader.refuseWindow(json, window, config.maxPositionEmbeddings());
    }
  }
}
