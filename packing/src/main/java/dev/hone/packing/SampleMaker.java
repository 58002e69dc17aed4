package dev.hone.packing;

import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.Document;
import dev.hone.formats.corpus.DocumentJson;
import dev.hone.formats.corpus.Preference;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.corpus.Unpaired;
import dev.hone.formats.template.ChatTemplates;
import dev.hone.formats.tokenizer.Sample;
import dev.hone.formats.tokenizer.SampleEncoder;
import dev.hone.formats.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A document to its samples, by the settings of its dataset: what the preparation stores and what
 * {@link Preview} shows. Not thread safe, as its tokenizer is not: one for each task.
 */
final class SampleMaker {
  private final Map<String, Fitting> fittings = new HashMap<>();
  private final Examples examples;

  /**
   * @param tokenizer is used, not closed
   * @param examples which documents there may be: others are refused
   * @throws HoneException if a chat template is unknown or does not go with the tokenizer
   */
  SampleMaker(
      Tokenizer tokenizer, List<PrepDataset> datasets, LengthRules rules, Examples examples) {
    this.examples = examples;
    for (PrepDataset dataset : datasets) {
      SampleEncoder encoder =
          new SampleEncoder(
              tokenizer,
              ChatTemplates.resolve(dataset.chatTemplate(), tokenizer),
              dataset.maskRules());
      fittings.put(dataset.name(), new Fitting(encoder, rules, dataset.excessLength()));
    }
  }

  /** What decides the samples of a dataset, lengths apart. */
  String fingerprint(String dataset) {
    return fittings.get(dataset).encoder().fingerprint();
  }

  /**
   * Makes the samples of one document.
   *
   * @param dataset a dataset of the preparation
   * @param kind {@code documents.kind}
   * @param record {@code documents.record}
   * @throws HoneException if no record of its kind could be encoded: the configuration is at fault
   */
  Outcome make(String dataset, String kind, String record) {
    return make(dataset, DocumentJson.read(record, kind));
  }

  /** Makes the samples of one document. */
  Outcome make(String dataset, Document document) {
    int tokens = 0;
    try {
      Fitting fitting = fittings.get(dataset);
      return switch (examples) {
        case PAIRS -> pair(fitting, document);
        case LABELLED -> labelled(fitting, document);
        case TEXTS -> {
          Sample whole = fitting.encoder().encodeAny(document);
          tokens = whole.ids().length;
          fitting.encoder().requireTrained(document, whole);
          yield new Made(tokens, fitting.fit(document, whole));
        }
      };
    } catch (RefusedRecord refusal) {
      return new Refused(tokens, refusal.reason(), refusal.getMessage());
    } catch (HoneException e) {
      throw e;
    } catch (RuntimeException e) {
      // The native tokenizer may choke on one text: that record's trouble, not the preparation's.
      return new Refused(
          tokens, "encode_failed", "the record cannot be tokenized: %s".formatted(e.getMessage()));
    }
  }

  /** Both answers of a pair; what one of them is refused for, the pair is. */
  private static Made pair(Fitting fitting, Document document) throws RefusedRecord {
    if (!(document instanceof Preference pair)) {
      throw new RefusedRecord(
          "not_a_pair",
          "a record of kind '%s' has no two answers, and rl and reward_model compare a chosen with a rejected one; use a type whose rows have both, or remove rl and reward_model"
              .formatted(document.kind()));
    }
    List<Fitted> answers = new ArrayList<>();
    int tokens = 0;
    for (Document answer : List.of(pair.chosen(), pair.rejected())) {
      Sample whole = fitting.encoder().encode(answer);
      tokens += whole.ids().length;
      answers.add(fitting.fitAnswer(whole));
    }
    return new Made(tokens, Fitted.pair(answers.get(0), answers.get(1), pair.margin()));
  }

  private static Made labelled(Fitting fitting, Document document) throws RefusedRecord {
    if (!(document instanceof Unpaired answer)) {
      throw new RefusedRecord(
          "not_labelled",
          "a record of kind '%s' has no label, and rl: kto learns from answers that are wanted or not; use a type whose rows have completion and label, or another rl"
              .formatted(document.kind()));
    }
    Sample whole = fitting.encoder().encode(answer.completion());
    return new Made(whole.ids().length, Fitted.labelled(fitting.fitAnswer(whole), answer.label()));
  }

  /** What became of a document. */
  sealed interface Outcome {
    /** Tokens of the whole document; 0 if it was not encoded. */
    int tokens();
  }

  record Made(int tokens, Fitted fitted) implements Outcome {}

  record Refused(int tokens, String reason, String message) implements Outcome {}
}
