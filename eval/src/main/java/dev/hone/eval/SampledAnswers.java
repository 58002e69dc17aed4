package dev.hone.eval;

import dev.hone.formats.HoneException;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import dev.hone.training.distributed.ModelProbe;
import dev.hone.training.distributed.RankMessage;
import java.time.Instant;
import java.util.List;

/**
 * Greedy answers to the prompts of the first held-out documents, at every evaluation, so that one
 * sees what training makes of them. They go to {@code generations} and are no measure. An ordinal
 * means the same document at every step.
 *
 * @param count documents; of fewer, all
 * @param maxNewTokens a longer answer is cut
 */
public record SampledAnswers(int count, int maxNewTokens) implements ModelProbe {
  /** The name in {@code generations}, which no data set may have. */
  public static final String DATASET = "generate_samples";

  @Override
  public boolean everyEvalSteps() {
    return true;
  }

  /**
   * @throws HoneException if no held-out document has an answer
   */
  @Override
  public void measure(Subject subject, long step) {
    List<HeldOutPrompt> asked = HeldOutPrompt.first(subject.heldOut().packs(), count);
    if (asked.isEmpty()) {
      throw new HoneException(
          "%s: no document in the %d held-out packs has an answer to learn; hold out others with test_datasets or val_set_size, or remove it"
              .formatted(DATASET, subject.heldOut().packs().size()));
    }
    try (Tokenizer tokenizer = Tokenizers.open(subject.base().path())) {
      AnswerText text = AnswerText.of(subject.base(), tokenizer);
      List<int[]> answers =
          subject
              .model()
              .generate(
                  asked.stream().map(HeldOutPrompt::prompt).toList(), maxNewTokens, text.stops());
      for (int ordinal = 0; ordinal < asked.size(); ordinal++) {
        HeldOutPrompt document = asked.get(ordinal);
        String answer = text.of(answers.get(ordinal));
        String reference = text.of(document.answer());
        subject
            .report()
            .accept(
                new RankMessage.Generated(
                    step,
                    DATASET,
                    ordinal,
                    tokenizer.decode(document.prompt(), false),
                    answer,
                    reference,
                    Metric.matches(answer, reference),
                    Instant.now()));
      }
    }
  }
}
