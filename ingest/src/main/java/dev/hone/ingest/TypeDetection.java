package dev.hone.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.CorpusFormat;
import dev.hone.formats.corpus.CorpusReader;
import dev.hone.formats.corpus.Document;
import dev.hone.formats.corpus.FormatDetector;
import dev.hone.formats.corpus.FormatDetector.Detected;
import dev.hone.formats.corpus.FormatOption;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.ingest.tables.Failures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Finds the type of a dataset whose entry has none, from its first rows. */
public final class TypeDetection {
  private static final int SAMPLE = 64;
  private static final String SHOWN = "shown";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private TypeDetection() {}

  /** Takes no row, so that every one comes back as it is. */
  private record Raw() implements CorpusFormat {
    @Override
    public Set<String> types() {
      return Set.of();
    }

    @Override
    public List<FormatOption> options() {
      return List.of();
    }

    @Override
    public Document read(JsonNode row, Map<String, String> options) throws RefusedRecord {
      throw new RefusedRecord(SHOWN, "");
    }
  }

  /**
   * Looks at the first rows of a dataset; no table is read or written.
   *
   * @param dataset its type does not matter
   * @throws HoneException if it cannot be read, has no row, or shows no type or more than one
   */
  public static Detected of(SparkSession spark, DatasetSource dataset) {
    FoundDataset found =
        FoundDataset.find(
            spark,
            DatasetSource.of(dataset.name(), dataset.path(), "")
                .withFormat(dataset.format())
                .table(dataset.table()),
            new Outcomes(dataset.name(), new CorpusReader(new Raw(), Map.of())),
            spark.sessionState().newHadoopConf());
    try {
      return FormatDetector.detect(sample(found));
    } catch (HoneException e) {
      throw new HoneException(
          "dataset %s: path '%s': %s".formatted(dataset.name(), dataset.path(), e.getMessage()), e);
    } catch (Exception e) {
      throw new HoneException(
          "dataset %s: path '%s' cannot be read: %s; correct it"
              .formatted(dataset.name(), dataset.path(), Failures.firstLine(e)),
          e);
    }
  }

  private static List<JsonNode> sample(FoundDataset found) throws JsonProcessingException {
    int reason = Outcomes.SCHEMA.fieldIndex("reason");
    int raw = Outcomes.SCHEMA.fieldIndex("raw");
    List<JsonNode> rows = new ArrayList<>();
    for (IntFunction<List<Row>> source : found.firstOutcomes()) {
      for (Row row : source.apply(SAMPLE)) {
        if (row.getString(reason).equals(SHOWN)) {
          rows.add(MAPPER.readTree(row.getString(raw)));
        }
      }
      if (rows.size() >= SAMPLE) {
        break;
      }
    }
    return rows;
  }
}
