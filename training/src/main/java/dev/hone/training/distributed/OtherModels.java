package dev.hone.training.distributed;

import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.objective.ObjectiveSpec;
import dev.hone.training.objective.Preferences;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Models that a run asks beside the one that it trains.
 *
 * @param reference what answers are compared with; empty: the model as training finds it
 * @param teacher what is learned from beside the texts
 */
public record OtherModels(Optional<ReferenceSource> reference, Optional<TeacherSource> teacher) {
  /** No other model. */
  public static final OtherModels NONE = new OtherModels(Optional.empty(), Optional.empty());

  /**
   * The packs of a preparation with what the tables know of them, and first what they do not know
   * yet is asked for.
   *
   * @throws dev.hone.formats.HoneException if a model cannot be read
   */
  Dataset<Row> told(
      Warehouse warehouse,
      String prepId,
      Dataset<Row> packs,
      ObjectiveSpec objective,
      RunObserver observer) {
    if (teacher.isPresent()) {
      return new StoredTeachings(warehouse, prepId, teacher.get()).complete(packs, observer);
    }
    if (reference.filter(ReferenceSource::stored).isEmpty()) {
      return packs;
    }
    if (!(objective instanceof Preferences preferences)) {
      throw new IllegalArgumentException("only what is said of pairs of answers is stored");
    }
    return new StoredReferences(warehouse, prepId, reference.get().model(), preferences)
        .complete(packs, observer);
  }

  /** What is left to a rank. */
  References references() {
    return new References(
        reference
            .filter(source -> !source.stored())
            .map(source -> source.model().portable())
            .stream()
            .toList());
  }
}
