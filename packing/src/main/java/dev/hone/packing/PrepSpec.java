package dev.hone.packing;

import dev.hone.formats.HoneException;
import dev.hone.packing.quality.Filter;
import dev.hone.packing.quality.QualitySpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a preparation is asked to do. No seed but that of {@link RowSample} and {@link Mix}: the
 * split depends on the records, packing on the lengths, and the order of training is the trainer's.
 *
 * @param datasets what is trained on, in the order of the configuration
 * @param evalDatasets {@code test_datasets}: held out whole; empty: see valSetSize
 * @param tokenizer a Hugging Face tokenizer directory on the driver; its files travel to the tasks
 * @param sequenceLen {@code sequence_len}: tokens that fit in a pack
 * @param packing {@code packing_strategy}, or that of {@code sample_packing: false}
 * @param fileOrder whether training follows the order of the files ({@code curriculum_sampling:
 *     true} or {@code shuffle_merged_datasets: false}); packing then keeps it
 * @param minSampleLen {@code min_sample_len}: shorter ones go to quarantine
 * @param valSetSize {@code val_set_size}: the part (below 1) or number (from 1) of documents held
 *     out
 * @param dedup {@code dataset_exact_deduplication}: of equal records only the first is kept
 * @param allowed {@code allow}: guards that do not stop the preparation; what they change in its
 *     samples is in the mask rules, so they are no part of its prep_id
 * @param quality filters of the datasets to train on
 * @param mix {@code mix_strategy}; empty: concat, one dataset after the other, each row once
 */
public record PrepSpec(
    List<PrepDataset> datasets,
    List<PrepDataset> evalDatasets,
    Path tokenizer,
    int sequenceLen,
    Packing packing,
    boolean fileOrder,
    int minSampleLen,
    double valSetSize,
    boolean dedup,
    Set<Guard> allowed,
    QualitySpec quality,
    Optional<Mix> mix) {

  /** Axolotl's default of {@code min_sample_len}: one token has no target. */
  public static final int DEFAULT_MIN_SAMPLE_LEN = 2;

  /** One dataset after the other, each row once. */
  public PrepSpec(
      List<PrepDataset> datasets,
      List<PrepDataset> evalDatasets,
      Path tokenizer,
      int sequenceLen,
      Packing packing,
      boolean fileOrder,
      int minSampleLen,
      double valSetSize,
      boolean dedup,
      Set<Guard> allowed,
      QualitySpec quality) {
    this(
        datasets,
        evalDatasets,
        tokenizer,
        sequenceLen,
        packing,
        fileOrder,
        minSampleLen,
        valSetSize,
        dedup,
        allowed,
        quality,
        Optional.empty());
  }

  /**
   * Checks the values against each other.
   *
   * @throws HoneException naming every problem at once
   */
  public PrepSpec {
    datasets = List.copyOf(datasets);
    evalDatasets = List.copyOf(evalDatasets);
    Objects.requireNonNull(tokenizer, "tokenizer");
    Objects.requireNonNull(packing, "packing");
    allowed = Set.copyOf(allowed);
    Objects.requireNonNull(quality, "quality");
    Objects.requireNonNull(mix, "mix");
    List<String> problems = new ArrayList<>();
    if (datasets.isEmpty()) {
      problems.add("datasets: empty; name at least one dataset to train on");
    }
    Set<String> names = new HashSet<>();
    Stream.concat(datasets.stream(), evalDatasets.stream())
        .map(PrepDataset::name)
        .filter(name -> !names.add(name))
        .distinct()
        .forEach(
            name ->
                problems.add(
                    "dataset %s: named twice; give each entry its own name".formatted(name)));
    if (minSampleLen < 1) {
      problems.add("min_sample_len: %d; use 1 or more".formatted(minSampleLen));
    }
    if (sequenceLen < 2 || sequenceLen < minSampleLen) {
      problems.add(
          "sequence_len: %d; use at least 2 and at least min_sample_len (%d)"
              .formatted(sequenceLen, minSampleLen));
    }
    if (packing != Packing.WRAPPED) {
      Stream.concat(datasets.stream(), evalDatasets.stream())
          .filter(dataset -> dataset.excessLength() == ExcessLength.WHOLE)
          .forEach(
              dataset ->
                  problems.add(
                      "dataset %s: long documents stay whole, and only packing_strategy: wrapped can cut them, not %s"
                          .formatted(dataset.name(), packing.key())));
    }
    if (!(valSetSize >= 0) || (valSetSize >= 1 && valSetSize != (int) valSetSize)) {
      problems.add(
          "val_set_size: %s; use a part from 0 to below 1, or a whole number of samples"
              .formatted(valSetSize));
    } else if (valSetSize > 0 && !evalDatasets.isEmpty()) {
      problems.add(
          "val_set_size: %s together with test_datasets; keep one of the two"
              .formatted(valSetSize));
    }
    if (mix.isPresent() && mix.get().weights().size() != datasets.size()) {
      problems.add(
          "%d weights for %d datasets; give one to each"
              .formatted(mix.get().weights().size(), datasets.size()));
    }
    if (!problems.isEmpty()) {
      throw new HoneException(String.join("; ", problems));
    }
  }

  /** All datasets, those to train on first: the order of {@code samples.position}. */
  public List<PrepDataset> allDatasets() {
    return Stream.concat(datasets.stream(), evalDatasets.stream()).toList();
  }

  /** Whether a dataset is used in part, or more than once. */
  boolean samplesDatasets() {
    return mix.isPresent() || allDatasets().stream().anyMatch(dataset -> !dataset.sample().isAll());
  }

  /** Names of the datasets to train on. */
  public Set<String> trainedDatasets() {
    return datasets.stream().map(PrepDataset::name).collect(Collectors.toUnmodifiableSet());
  }

  /** All filters that are on, in their order, each with its keys and values. */
  public Map<Filter, String> filters() {
    Map<Filter, String> filters = new EnumMap<>(Filter.class);
    filters.putAll(quality.settings());
    if (dedup) {
      filters.put(Filter.DUPLICATE, "dataset_exact_deduplication: true");
    }
    return filters;
  }

  /** How samples come together. */
  PackRules packRules() {
    return packing.rules(sequenceLen, fileOrder);
  }

  /** Which lengths are accepted. */
  public LengthRules lengthRules() {
    return new LengthRules(sequenceLen, minSampleLen);
  }
}
