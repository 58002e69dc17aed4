package dev.hone.packing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.Sha256;
import dev.hone.formats.tokenizer.MaskRules;
import java.util.List;

/**
 * What a preparation is made of, and its name: two preparations have the same {@code prep_id}
 * exactly if every input that decides a pack is the same. The order of datasets is one of them, the
 * number of partitions is not. Field {@code encoding} hashes tokenizer, template and mask rules.
 *
 * @param prepId the first 16 digits of the SHA-256 of config
 * @param config every input, as JSON: {@code preps.config}
 */
record PrepIdentity(String prepId, String config) {

  /** To be raised when the same inputs would give other packs than before. */
  private static final int ALGORITHM = 2;

  private static final ObjectMapper JSON = new ObjectMapper();

  static PrepIdentity of(PrepSpec spec, SampleMaker maker, DocumentSources sources, long window) {
    ObjectNode config = JSON.createObjectNode();
    config.put("algorithm", ALGORITHM);
    config.set("datasets", datasets(spec.datasets(), maker, sources));
    config.set("test_datasets", datasets(spec.evalDatasets(), maker, sources));
    config.put("sequence_len", spec.sequenceLen());
    config.put("packing", spec.packing().name());
    config.put("packing_window", window);
    config.put("min_sample_len", spec.minSampleLen());
    config.put("val_set_size", spec.valSetSize());
    config.put("dataset_exact_deduplication", spec.dedup());
    String json = config.toString();
    return new PrepIdentity(Sha256.hex(json).substring(0, 16), json);
  }

  private static ArrayNode datasets(
      List<PrepDataset> datasets, SampleMaker maker, DocumentSources sources) {
    ArrayNode entries = JSON.createArrayNode();
    for (PrepDataset dataset : datasets) {
      ObjectNode entry = entries.addObject();
      MaskRules rules = dataset.maskRules();
      entry.put("name", dataset.name());
      entry.put("documents", sources.documents(dataset.name()));
      entry.put("content", sources.fingerprint(dataset.name()));
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
    }
    return entries;
  }
}
