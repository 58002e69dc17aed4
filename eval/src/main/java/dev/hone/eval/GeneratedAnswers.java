package dev.hone.eval;

import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import dev.hone.training.distributed.ModelProbe;
import dev.hone.training.distributed.RankMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
      Set<Integer> stops = new HashSet<>(subject.base().config().eosTokenIds());
      tokenizer.eosToken().flatMap(tokenizer::tokenId).ifPresent(stops::add);
      List<int[]> prompts = questions.stream().map(Question::promptIds).toList();
      List<String> answers = new ArrayList<>();
      for (int[] tokens : subject.model().generate(prompts, maxNewTokens, stops, subject.ranks())) {
        answers.add(text(tokens, stops, tokenizer));
      }
      return answers;
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

  private static String text(int[] tokens, Set<Integer> stops, Tokenizer tokenizer) {
    boolean stopped = tokens.length > 0 && stops.contains(tokens[tokens.length - 1]);
    int length = stopped ? tokens.length - 1 : tokens.length;
    return tokenizer.decode(Arrays.copyOf(tokens, length), true);
  }
}
