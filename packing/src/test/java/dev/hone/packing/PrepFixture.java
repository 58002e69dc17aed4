package dev.hone.packing;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.formats.template.TemplateChoice;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Progress;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.packing.quality.QualitySpec;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A warehouse with documents, and a specification whose values a test may change. */
final class PrepFixture {
  private final Warehouse warehouse;
  private final Path tokenizer;
  private List<String> datasets = List.of();
  private List<String> evalDatasets = List.of();
  private int sequenceLen = 400;
  private Packing packing = Packing.BFD;
  private boolean fileOrder;
  private ExcessLength excessLength = ExcessLength.DROP;
  private final Map<String, ExcessLength> ownExcessLength = new HashMap<>();
  private final Map<String, RowSample> samples = new HashMap<>();
  private Set<Guard> allowed = Set.of();
  private double valSetSize;
  private boolean dedup;
  private QualitySpec quality = QualitySpec.NONE;
  private Optional<Mix> mix = Optional.empty();
  private PackWindow window = PackWindow.of(400);
  private int partitions;

  PrepFixture(Warehouse warehouse, Path tokenizer) {
    this.warehouse = warehouse;
    this.tokenizer = tokenizer;
  }

  /** A new warehouse; one for a test class, since creating its tables takes longest. */
  static Warehouse warehouse(Path directory, List<DocumentRow> documents) {
    SparkSession spark = LocalSpark.session(2, Map.of());
    Warehouse warehouse = Warehouse.open(spark, directory.resolve("warehouse").toString());
    warehouse.create();
    warehouse.append(DocumentRow.class, documents);
    return warehouse;
  }

  PrepFixture datasets(List<String> names) {
    datasets = names;
    return this;
  }

  PrepFixture evalDatasets(List<String> names) {
    evalDatasets = names;
    return this;
  }

  PrepFixture sequenceLen(int tokens) {
    sequenceLen = tokens;
    return this;
  }

  /** The strategy, and what it does with long documents. */
  PrepFixture packing(Packing strategy) {
    packing = strategy;
    excessLength = strategy.excessLength();
    return this;
  }

  PrepFixture fileOrder(boolean on) {
    fileOrder = on;
    return this;
  }

  PrepFixture excessLength(ExcessLength strategy) {
    excessLength = strategy;
    return this;
  }

  /** The strategy of one dataset. */
  PrepFixture excessLength(String dataset, ExcessLength strategy) {
    ownExcessLength.put(dataset, strategy);
    return this;
  }

  /** {@code num_samples} of one dataset. */
  PrepFixture sample(String dataset, long rows, long seed) {
    samples.put(dataset, new RowSample(rows, seed));
    return this;
  }

  PrepFixture allow(Guard... guards) {
    allowed = Set.of(guards);
    return this;
  }

  PrepFixture valSetSize(double size) {
    valSetSize = size;
    return this;
  }

  PrepFixture dedup(boolean on) {
    dedup = on;
    return this;
  }

  PrepFixture quality(QualitySpec filters) {
    quality = filters;
    return this;
  }

  PrepFixture mix(MixStrategy strategy, Mix.Measure measure, Double... weights) {
    mix = Optional.of(new Mix(strategy, measure, List.of(weights), 42));
    return this;
  }

  PrepFixture window(long positions) {
    window = new PackWindow(positions, 1 << 20);
    return this;
  }

  PrepFixture partitions(int count) {
    partitions = count;
    return this;
  }

  PrepSpec spec() {
    return new PrepSpec(
        named(datasets),
        named(evalDatasets),
        tokenizer,
        sequenceLen,
        packing,
        fileOrder,
        PrepSpec.DEFAULT_MIN_SAMPLE_LEN,
        valSetSize,
        dedup,
        allowed,
        quality,
        mix);
  }

  PrepReport run() {
    return new PrepJob(warehouse, spec(), window, partitions, Progress.Listener.NONE).run();
  }

  SparkSession spark() {
    return warehouse.spark();
  }

  Warehouse warehouse() {
    return warehouse;
  }

  /** In position order. */
  List<SampleRow> samples(PrepReport report) {
    return Rows.of(SampleRow.class)
        .collect(rows(SampleRow.class, report).orderBy("position", "piece"));
  }

  /** Those to train on first, by number. */
  List<PackRow> packs(PrepReport report) {
    return Rows.of(PackRow.class)
        .collect(rows(PackRow.class, report).orderBy(col("split").desc(), col("pack_id")));
  }

  /** Refused by this preparation, in source order. */
  List<QuarantineRow> quarantine(PrepReport report) {
    return Rows.of(QuarantineRow.class)
        .collect(rows(QuarantineRow.class, report).orderBy("dataset", "source", "ordinal"));
  }

  private Dataset<Row> rows(Class<? extends Record> table, PrepReport report) {
    return warehouse.read(table).where(col("prep_id").equalTo(report.prep().prepId()));
  }

  private List<PrepDataset> named(List<String> names) {
    return names.stream()
        .map(
            name ->
                new PrepDataset(
                    name,
                    TemplateChoice.of(name.equals("alpaca") ? "alpaca" : "chatml"),
                    MaskRules.defaults(),
                    ownExcessLength.getOrDefault(name, excessLength),
                    samples.getOrDefault(name, RowSample.ALL)))
        .toList();
  }
}
