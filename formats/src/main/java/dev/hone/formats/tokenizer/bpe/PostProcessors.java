package dev.hone.formats.tokenizer.bpe;

import static dev.hone.formats.tokenizer.bpe.ModelReader.onlyFields;
import static dev.hone.formats.tokenizer.bpe.ModelReader.require;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The post-processors that are known: those that put special tokens around a text at most. */
final class PostProcessors {
  private PostProcessors() {}

  /** The ids before a text. */
  static List<Integer> prefixIds(JsonNode processor) throws UnknownKindException {
    List<Integer> ids = new ArrayList<>();
    if (processor.path("type").asText().equals("Sequence")) {
      onlyFields(processor, Set.of("type", "processors"), "post_processor");
      int templates = 0;
      for (JsonNode step : processor.path("processors")) {
        templates += isTemplate(step) ? 1 : 0;
        ids.addAll(single(step));
      }
      require(templates <= 1, "post_processor", processor);
    } else if (!processor.isNull() && !processor.isMissingNode()) {
      ids.addAll(single(processor));
    }
    return ids;
  }

  private static boolean isTemplate(JsonNode processor) {
    return processor.path("type").asText().equals("TemplateProcessing");
  }

  private static List<Integer> single(JsonNode processor) throws UnknownKindException {
    List<Integer> ids = new ArrayList<>();
    if (!isTemplate(processor)) {
      // Its one effect on a single text is to trim offsets, which is switched off.
      require(processor.path("type").asText().equals("ByteLevel"), "post_processor", processor);
      return ids;
    }
    onlyFields(processor, Set.of("type", "single", "pair", "special_tokens"), "post_processor");
    int texts = 0;
    for (JsonNode piece : processor.path("single")) {
      if (piece.has("Sequence")) {
        texts++;
      } else if (texts == 0) {
        String name = piece.path("SpecialToken").path("id").asText();
        JsonNode special = processor.path("special_tokens").path(name).path("ids");
        require(special.isArray(), "post_processor", processor);
        special.forEach(id -> ids.add(id.intValue()));
      }
    }
    require(texts == 1, "post_processor", processor);
    return ids;
  }
}
