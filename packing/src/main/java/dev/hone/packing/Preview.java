package dev.hone.packing;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tokenizer.DjlTokenizer;
import dev.hone.formats.tokenizer.Sample;
import dev.hone.formats.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

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
   * @param piece number of the sample among those of its record, from 0
   * @param text the tokens decoded, special tokens shown
   * @param inputIds token ids {@code [T]}
   * @param lossWeights {@code [T]}, the weight of inputIds[t] as a target
   */
  public record Line(
      String dataset, long row, int piece, String text, int[] inputIds, float[] lossWeights) {}

  /**
   * One refused document.
   *
   * @param reason as in {@code quarantine}
   */
  public record Refused(String dataset, long row, String reason, String message) {}

  /**
   * Makes the first samples of each dataset.
   *
   * @param spec its tokenizer, templates, mask rules, length rules and strategies apply
   * @param documents of a dataset by its name, in source order; read no further than needed
   * @param rows samples wanted of each dataset
   */
  public static Preview of(
      PrepSpec spec, Function<String, Iterable<DocumentRow>> documents, int rows) {
    List<Line> samples = new ArrayList<>();
    List<Refused> refused = new ArrayList<>();
    try (Tokenizer tokenizer = DjlTokenizer.open(spec.tokenizer())) {
      SampleMaker maker = new SampleMaker(tokenizer, spec.allDatasets(), spec.lengthRules());
      for (PrepDataset dataset : spec.allDatasets()) {
        Iterator<DocumentRow> source = documents.apply(dataset.name()).iterator();
        int wanted = samples.size() + rows;
        while (samples.size() < wanted && source.hasNext()) {
          DocumentRow document = source.next();
          SampleMaker.Outcome outcome =
              maker.make(dataset.name(), document.kind(), document.record());
          if (outcome instanceof SampleMaker.Made made) {
            List<Sample> pieces = made.fitted().samples();
            for (int piece = 0; piece < pieces.size() && samples.size() < wanted; piece++) {
              samples.add(line(document, piece, pieces.get(piece), tokenizer));
            }
          } else if (outcome instanceof SampleMaker.Refused refusal) {
            refused.add(
                new Refused(
                    dataset.name(), document.ordinal(), refusal.reason(), refusal.message()));
          }
        }
      }
    }
    return new Preview(samples, refused);
  }

  private static Line line(DocumentRow document, int piece, Sample kept, Tokenizer tokenizer) {
    return new Line(
        document.dataset(),
        document.ordinal(),
        piece,
        tokenizer.decode(kept.ids(), false),
        kept.ids(),
        kept.weights());
  }
}
