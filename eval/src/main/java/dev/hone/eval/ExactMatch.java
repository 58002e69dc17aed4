package dev.hone.eval;

import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import dev.hone.training.distributed.ModelProbe;
import dev.hone.training.distributed.RankMessage;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Answers questions greedily and counts the answers that equal the expected ones after trimming
 * white space. Every answer goes to {@code generations}, their share that is right to {@code evals}
 * as {@code exact_match}.
 *
 * @param dataset the name in both tables
 * @param maxNewTokens a longer answer is cut
 */
public record ExactMatch(String dataset, List<Question> questions, int maxNewTokens)
    implements ModelProbe {
  public ExactMatch {
    questions = List.copyOf(questions);
  }

  @Override
  public boolean everyEvalSteps() {
    return false;
  }

  @Override
  public void measure(Subject subject, long step) {
    try (Tokenizer tokenizer = Tokenizers.open(subject.base().path())) {
      Set<Integer> stops = new HashSet<>(subject.base().config().eosTokenIds());
      tokenizer.eosToken().flatMap(tokenizer::tokenId).ifPresent(stops::add);
      List<int[]> prompts = questions.stream().map(Question::promptIds).toList();
      List<int[]> answers = subject.model().generate(prompts, maxNewTokens, stops);
      int right = 0;
      for (int ordinal = 0; ordinal < questions.size(); ordinal++) {
        Question question = questions.get(ordinal);
        String answer = text(answers.get(ordinal), stops, tokenizer);
        boolean match = matches(answer, question.answer());
        right += match ? 1 : 0;
        subject.report().accept(generated(step, ordinal, question, answer, match));
      }
      if (!questions.isEmpty()) {
        double share = (double) right / questions.size();
        subject
            .report()
            .accept(
                new RankMessage.Evaluated(
                    step, dataset, "exact_match", share, questions.size(), Instant.now()));
      }
    }
  }

  private RankMessage generated(
      long step, int ordinal, Question question, String answer, boolean match) {
    return new RankMessage.Generated(
        step, dataset, ordinal, question.prompt(), answer, question.answer(), match, Instant.now());
  }

  /** Whether an answer is the expected one: {@code " 4\n"} is {@code "4"}, {@code "4."} is not. */
  static boolean matches(String answer, String expected) {
    return answer.strip().equals(expected.strip());
  }

  private static String text(int[] tokens, Set<Integer> stops, Tokenizer tokenizer) {
    boolean stopped = tokens.length > 0 && stops.contains(tokens[tokens.length - 1]);
    int length = stopped ? tokens.length - 1 : tokens.length;
    return tokenizer.decode(Arrays.copyOf(tokens, length), true);
  }
}
