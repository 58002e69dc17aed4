package dev.hone.packing;

import dev.hone.formats.corpus.Document;
import dev.hone.formats.corpus.DocumentJson;
import dev.hone.formats.corpus.Preference;
import dev.hone.formats.corpus.Unpaired;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tokenizer.Sample;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The first samples of each dataset as training will see them, made by the code that prepares them,
 * without a table being written. Of the filters those apply that see one document alone: duplicates
 * and contamination need all documents.
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
   * @param answer of a record that compares answers: which one, {@code chosen} or {@code rejected},
   *     {@code desirable} or {@code undesirable}
   * @param text the tokens decoded, special tokens shown
   * @param marked the same with the trained stretches in brackets, see {@link MarkedText}
   * @param tokens {@code [T]}, each token decoded alone; one that is only a part of a character is
   *     U+FFFD
   * @param inputIds token ids {@code [T]}
   * @param lossWeights {@code [T]}, the weight of inputIds[t] as a target
   */
  public record Line(
      String dataset,
      long row,
      int piece,
      Optional<String> answer,
      String text,
      String marked,
      List<String> tokens,
      int[] inputIds,
      float[] lossWeights) {
    public Line {
      tokens = List.copyOf(tokens);
    }
  }

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
    try (Tokenizer tokenizer = Tokenizers.open(spec.tokenizer())) {
      SampleMaker maker =
          new SampleMaker(
              tokenizer, spec.allDatasets(), spec.lengthRules(), spec.packing().examples());
      Collector collector = new Collector(spec, maker, tokenizer);
      for (PrepDataset dataset : spec.allDatasets()) {
        Iterator<DocumentRow> source = documents.apply(dataset.name()).iterator();
        collector.wanted = rows;
        while (collector.wanted > 0 && source.hasNext()) {
          collector.add(source.next());
        }
      }
      return new Preview(collector.samples, collector.refused);
    }
  }

  /** Makes samples of documents, of every answer where there are several. */
  private static final class Collector {
    private final List<Line> samples = new ArrayList<>();
    private final List<Refused> refused = new ArrayList<>();
    private final PrepSpec spec;
    private final SampleMaker maker;
    private final Tokenizer tokenizer;
    private int wanted;

    Collector(PrepSpec spec, SampleMaker maker, Tokenizer tokenizer) {
      this.spec = spec;
      this.maker = maker;
      this.tokenizer = tokenizer;
    }

    void add(DocumentRow row) {
      Document document = DocumentJson.read(row.record(), row.kind());
      if (spec.packing().examples() != Examples.TEXTS) {
        wanted -= Math.min(add(row, Optional.empty(), document, Integer.MAX_VALUE), 1);
      } else if (document instanceof Preference pair) {
        int lines = add(row, Optional.of("chosen"), pair.chosen(), Integer.MAX_VALUE);
        lines += add(row, Optional.of("rejected"), pair.rejected(), Integer.MAX_VALUE);
        wanted -= Math.min(lines, 1); // a row, however many lines it takes
      } else if (document instanceof Unpaired answer) {
        Optional<String> label = Optional.of(PackRow.label(answer.label()));
        wanted -= add(row, label, answer.completion(), wanted);
      } else {
        wanted -= add(row, Optional.empty(), document, wanted);
      }
    }

    /** What the filters that see one document alone remove. */
    private Optional<SampleMaker.Outcome> filtered(String dataset, Document document) {
      return spec.trainedDatasets().contains(dataset)
          ? spec.quality()
              .text()
              .check(document)
              .map(by -> new SampleMaker.Refused(0, by.filter().key(), by.message()))
          : Optional.empty();
    }

    /** Adds at most so many lines, and says how many. */
    private int add(DocumentRow row, Optional<String> answer, Document document, int limit) {
      SampleMaker.Outcome outcome =
          filtered(row.dataset(), document).orElseGet(() -> maker.make(row.dataset(), document));
      if (outcome instanceof SampleMaker.Refused refusal) {
        refused.add(new Refused(row.dataset(), row.ordinal(), refusal.reason(), refusal.message()));
        return 0;
      }
      Fitted fitted = ((SampleMaker.Made) outcome).fitted();
      List<Sample> pieces = fitted.samples();
      int lines = Math.min(limit, pieces.size());
      for (int piece = 0; piece < lines; piece++) {
        Optional<String> which =
            fitted.answers().isEmpty() ? answer : Optional.of(fitted.answers().get(piece));
        samples.add(line(row, piece, which, pieces.get(piece), tokenizer));
      }
      return lines;
    }
  }

  private static Line line(
      DocumentRow document, int piece, Optional<String> answer, Sample kept, Tokenizer tokenizer) {
    return new Line(
        document.dataset(),
        document.ordinal(),
        piece,
        answer,
        tokenizer.decode(kept.ids(), false),
        MarkedText.of(tokenizer, kept.ids(), kept.weights()),
        Arrays.stream(kept.ids()).mapToObj(id -> tokenizer.decode(new int[] {id}, false)).toList(),
        kept.ids(),
        kept.weights());
  }
}
