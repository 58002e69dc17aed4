package dev.hone.jobs.scoring;

import dev.hone.eval.Judgement;
import dev.hone.formats.corpus.Message;
import dev.hone.jobs.config.Judge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Asks a model which answer is better, after MT-bench (Zheng et al. 2023): each pair in both
 * orders, since judges favour a place. An answer wins if it does so in both; if the orders
 * disagree, or the judge says neither A, B nor C, it is a tie. Pairs that the server gave no answer
 * to are not judged; after five such in a row nothing more is sent.
 */
public final class EndpointJudge implements PairJudge {
  private static final int AT_ONCE = 4;
  private static final int HOPELESS = 5;
  private static final int SHOWN = 60;
  private static final Pattern VERDICT = Pattern.compile("\\[\\[([ABC])]]");

  private static final String QUESTION =
      """
      You compare two answers to the same request. Say which one is better: more correct first, then more helpful. \
      Neither their order nor their length counts.

      [The request]
      %s

      [An answer that is known to be right]
      %s

      [Answer A]
      %s

      [Answer B]
      %s

      Give your reason in one sentence, and then your verdict: [[A]] if answer A is better, [[B]] if answer B is, \
      [[C]] if none is.
      """;

  private final ChatEndpoint endpoint;
  private final AtomicInteger failuresInARow = new AtomicInteger();

  /** A judge behind a server. */
  public EndpointJudge(Judge.Endpoint endpoint) {
    this(endpoint, Duration.ofMillis(500));
  }

  /**
   * @param pause before a request is sent again
   */
  EndpointJudge(Judge.Endpoint endpoint, Duration pause) {
    this.endpoint = new ChatEndpoint(endpoint, pause);
  }

  /** What the judge says of the two answers as they stand; none of the three: ' '. */
  private record Said(char verdict, String text) {
    static Said of(String text) {
      Matcher matcher = VERDICT.matcher(text);
      char verdict = text.strip().matches("[ABC]") ? text.strip().charAt(0) : ' ';
      while (matcher.find()) { // the last one: reasons may quote the others
        verdict = matcher.group(1).charAt(0);
      }
      return new Said(verdict, text);
    }

    /** As if the answers had stood the other way round. */
    char swapped() {
      return verdict == 'A' ? 'B' : verdict == 'B' ? 'A' : verdict;
    }

    String shown() {
      String line = text.strip().replaceAll("\\s+", " ");
      return line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line;
    }
  }

  @Override
  public List<Judgement> judge(List<Pair> pairs) {
    ExecutorService senders = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Callable<Judgement>> questions = new ArrayList<>();
      pairs.forEach(pair -> questions.add(() -> judge(pair)));
      List<Judgement> judgements = new ArrayList<>();
      for (Future<Judgement> judgement : senders.invokeAll(questions)) {
        judgements.add(judgement.get());
      }
      return judgements;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a judge was asked", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a judge could not be asked", e.getCause());
    } finally {
      senders.shutdownNow();
    }
  }

  private Judgement judge(Pair pair) throws InterruptedException {
    if (failuresInARow.get() >= HOPELESS) {
      return new Judgement(
          Judgement.Outcome.NONE,
          "not asked, as the judge failed to answer %d times in a row".formatted(HOPELESS));
    }
    try {
      String mine = pair.mine().completion();
      String other = pair.other().completion();
      Said first = Said.of(endpoint.ask(question(pair, mine, other)));
      Said second = Said.of(endpoint.ask(question(pair, other, mine)));
      failuresInARow.set(0);
      return together(first, second);
    } catch (ChatEndpoint.NoAnswerException e) {
      failuresInARow.incrementAndGet();
      return new Judgement(Judgement.Outcome.NONE, e.getMessage());
    }
  }

  private static Judgement together(Said first, Said second) {
    for (Said said : List.of(first, second)) {
      if (said.verdict() == ' ') {
        return new Judgement(
            Judgement.Outcome.TIE,
            "the judge said neither A, B nor C: '%s'".formatted(said.shown()));
      }
    }
    if (first.verdict() != second.swapped()) {
      return new Judgement(
          Judgement.Outcome.TIE,
          "the judge said %s, and %s the other way round"
              .formatted(first.verdict(), second.verdict()));
    }
    return switch (first.verdict()) {
      case 'A' -> new Judgement(Judgement.Outcome.WIN, "judge, in both orders");
      case 'B' -> new Judgement(Judgement.Outcome.LOSS, "judge, in both orders");
      default -> new Judgement(Judgement.Outcome.TIE, "judge, in both orders");
    };
  }

  private static String question(Pair pair, String a, String b) {
    String request =
        pair.asked().messages().stream()
            .map(EndpointJudge::turn)
            .collect(Collectors.joining("\n\n"));
    return QUESTION.formatted(request, pair.mine().reference(), a, b);
  }

  private static String turn(Message message) {
    return message.role() + ": " + message.content();
  }
}
