package dev.hone.packing;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tokenizer.DjlTokenizer;
import dev.hone.formats.tokenizer.Sample;
import dev.hone.formats.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The first samples of each dataset as training will see them, made by the code that prepares them,
 * without a table being written.
 *
 * @param samples in the order of the documents
 * @param refused documents on the way that give no sample
 */
public record Preview(List<Line> samples, List<Refused> refused) {
  public Preview {
    samples = List.copyOf(samples);
    refused = List.copyOf(refused);
  }

  /**
   * One sample, as a line of {@code preview --format json} shows it.
   *
   * @param dataset name of the dataset entry
   * @param row position of the record in its source, from 0
   * @param text the tokens decoded, special tokens shown
   * @param inputIds token ids {@code [T]}
   * @param lossWeights {@code [T]}, the weight of inputIds[t] as a target
   */
  public record Line(String dataset, long row, String text, int[] inputIds, float[] lossWeights) {}

  /**
   * One refused document.
   *
   * @param reason as in {@code quarantine}
   */
  public record Refused(String dataset, long row, String reason, String message) {}

  /**
   * Makes the first samples of each dataset.
   *
   * @param spec its tokenizer, templates, mask rules and length rules apply
   * @param documents of datasets of the specification, in source order; read no further than needed
   * @param rows samples wanted of each dataset
   */
  public static Preview of(PrepSpec spec, Iterable<DocumentRow> documents, int rows) {
    List<Line> samples = new ArrayList<>();
    List<Refused> refused = new ArrayList<>();
    Map<String, Integer> wanted = new HashMap<>();
    spec.allDatasets().forEach(dataset -> wanted.put(dataset.name(), rows));
    try (Tokenizer tokenizer = DjlTokenizer.open(spec.tokenizer())) {
      SampleMaker maker = new SampleMaker(tokenizer, spec.allDatasets(), spec.lengthRules());
      for (DocumentRow document : documents) {
        int more = wanted.getOrDefault(document.dataset(), 0);
        if (more > 0) {
          SampleMaker.Outcome outcome =
              maker.make(document.dataset(), document.kind(), document.record());
          if (outcome instanceof SampleMaker.Made made) {
            samples.add(line(document, made.sample(), tokenizer));
            wanted.put(document.dataset(), more - 1);
          } else if (outcome instanceof SampleMaker.Refused refusal) {
            refused.add(
                new Refused(
                    document.dataset(), document.ordinal(), refusal.reason(), refusal.message()));
          }
        }
        if (wanted.values().stream().allMatch(count -> count == 0)) {
          break;
        }
      }
    }
    return new Preview(samples, refused);
  }

  private static Line line(DocumentRow document, Sample kept, Tokenizer tokenizer) {
    return new Line(
        document.dataset(),
        document.ordinal(),
        tokenizer.decode(kept.ids(), false),
        kept.ids(),
        kept.weights());
  }
}
