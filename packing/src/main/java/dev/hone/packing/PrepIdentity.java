package dev.hone.packing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.Sha256;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.packing.quality.EvaluationGrams;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The name of a preparation and what it holds. Two preparations have the same {@code prep_id}
 * exactly if every setting that decides a pack is the same: the order of datasets is one of them,
 * the number of partitions is not. Field {@code encoding} hashes tokenizer, template and mask
 * rules. Which documents the datasets hold is not in the name but in the content: more of them make
 * the same preparation larger.
 *
 * @param prepId the first 16 digits of the SHA-256 of config
 * @param config every setting, as JSON: {@code preps.config}
 * @param content hash of the documents: {@code preps.content}
 */
record PrepIdentity(String prepId, String config, String content) {

  /** To be raised when the same inputs would give other packs than before. */
  private static final int ALGORITHM = 3;

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param evaluation what rows must not share with evaluation rows: other rows, another
   *     preparation
   */
  static PrepIdentity of(
      PrepSpec spec,
      SampleMaker maker,
      DocumentSources sources,
      PackWindow window,
      Optional<EvaluationGrams> evaluation) {
    ObjectNode config = JSON.createObjectNode();
    config.put("algorithm", ALGORITHM);
    config.set("datasets", datasets(spec.datasets(), maker));
    config.set("test_datasets", datasets(spec.evalDatasets(), maker));
    config.put("sequence_len", spec.sequenceLen());
    config.put("packing", spec.packRules().strategy().name());
    if (spec.packRules().examples() != Examples.TEXTS) {
      config.put("documents", spec.packRules().examples().shown());
    }
    if (spec.packRules().examples() == Examples.PAIRS) {
      config.put("margins", true); // which those of earlier versions lack
    }
    config.put("packing_window", window.positions());
    config.put("packing_window_tokens", window.tokens());
    config.put("min_sample_len", spec.minSampleLen());
    config.put("val_set_size", spec.valSetSize());
    config.put("dataset_exact_deduplication", spec.dedup());
    if (!spec.quality().settings().isEmpty()) { // so that the others keep their names
      ObjectNode filters = config.putObject("quality");
      spec.quality().settings().forEach((filter, said) -> filters.put(filter.key(), said));
    }
    spec.mix().ifPresent(mix -> config.set("mix", mix(mix)));
    evaluation.ifPresent(grams -> config.put("evaluation", grams.digest()));
    String json = config.toString();
    return new PrepIdentity(
        Sha256.hex(json).substring(0, 16),
        json,
        content(spec.allDatasets().stream().map(PrepDataset::name).toList(), sources));
  }

  private static ObjectNode mix(Mix mix) {
    ObjectNode settings = JSON.createObjectNode();
    settings.put("mix_strategy", mix.strategy().key());
    settings.put("weight_by", mix.measure().key());
    ArrayNode weights = settings.putArray("weights");
    mix.weights().forEach(weights::add);
    settings.put("seed", mix.seed());
    return settings;
  }

  /** The hash of what some datasets hold, in this order. */
  static String content(List<String> datasets, DocumentSources sources) {
    String content =
        datasets.stream()
            .map(dataset -> dataset + " " + sources.fingerprint(dataset))
            .collect(Collectors.joining("\n"));
    return Sha256.hex(content).substring(0, 16);
  }

  private static ArrayNode datasets(List<PrepDataset> datasets, SampleMaker maker) {
    ArrayNode entries = JSON.createArrayNode();
    for (PrepDataset dataset : datasets) {
      ObjectNode entry = entries.addObject();
      MaskRules rules = dataset.maskRules();
      entry.put("name", dataset.name());
      entry.put("chat_template", dataset.chatTemplate().template());
      if (dataset.chatTemplate().hasKwargs()) {
        entry.put("chat_template_kwargs", dataset.chatTemplate().kwargs());
      }
      entry.put("encoding", maker.fingerprint(dataset.name()));
      entry.put("train_on_inputs", rules.trainOnInputs());
      ArrayNode roles = entry.putArray("roles_to_train");
      rules.rolesToTrain().stream().sorted().forEach(roles::add);
      entry.put("train_on_eos", rules.trainOnEos().name());
      entry.put("excess_length_strategy", dataset.excessLength().key());
      if (!dataset.sample().isAll()) {
        entry.put("num_samples", dataset.sample().rows());
        entry.put("seed", dataset.sample().seed());
      }
    }
    return entries;
  }
}
