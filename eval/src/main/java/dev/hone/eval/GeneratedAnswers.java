package dev.hone.eval;

import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import dev.hone.training.distributed.ModelProbe;
import dev.hone.training.distributed.RankMessage;
import java.time.Instant;
import java.util.List;

/**
 * Answers questions greedily; ranks share the questions. Every answer goes to {@code generations},
 * and what its text tells, to {@code evals}; whoever has the answers can measure more of them.
 *
 * @param dataset the name in both tables
 * @param maxNewTokens a longer answer is cut
 */
public record GeneratedAnswers(
    String dataset, List<Question> questions, int maxNewTokens, List<Metric> metrics)
    implements ModelProbe {
  public GeneratedAnswers {
    questions = List.copyOf(questions);
    metrics = List.copyOf(metrics);
  }

  @Override
  public boolean everyEvalSteps() {
    return false;
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public void measure(Subject subject, long step) {
    if (questions.isEmpty()) {
      return;
    }
    List<String> answers = answers(subject);
    if (!subject.isFirst()) {
      return;
    }
    List<String> references = questions.stream().map(Question::answer).toList();
    for (int ordinal = 0; ordinal < questions.size(); ordinal++) {
      subject.report().accept(generated(step, ordinal, answers.get(ordinal)));
    }
    for (Metric metric : metrics) {
      metric
          .of(answers, references)
          .ifPresent(found -> subject.report().accept(found.message(step, dataset)));
    }
  }

  private List<String> answers(Subject subject) {
    try (Tokenizer tokenizer = Tokenizers.open(subject.base().path())) {
      AnswerText text = AnswerText.of(subject.base(), tokenizer);
      List<int[]> prompts = questions.stream().map(Question::promptIds).toList();
      return subject.model().generate(prompts, maxNewTokens, text.stops(), subject.ranks()).stream()
          .map(text::of)
          .toList();
    }
  }

  private RankMessage generated(long step, int ordinal, String answer) {
    Question question = questions.get(ordinal);
    return new RankMessage.Generated(
        step,
        dataset,
        ordinal,
        question.prompt(),
        answer,
        question.answer(),
        Metric.matches(answer, question.answer()),
        Instant.now());
  }
}
