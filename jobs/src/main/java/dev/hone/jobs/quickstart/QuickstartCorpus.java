package dev.hone.jobs.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * The corpus of the quickstart: questions about hone's own metric tables, each answered by one SQL
 * query, and some plain English so that the model keeps its prose.
 *
 * <p>The same seed and size give the same corpus, on every machine: {@link Random} is specified by
 * the Java platform.
 *
 * @param train questions to train on, in random order
 * @param heldOut questions of the same patterns whose every name and number is new
 * @param patterns questions of patterns that are never trained
 * @param plainTrain paragraphs to train on
 * @param plainHeldOut paragraphs that measure whether the model's prose suffered
 */
record QuickstartCorpus(
    List<Question> train,
    List<Question> heldOut,
    List<Question> patterns,
    List<String> plainTrain,
    List<String> plainHeldOut) {

  /**
   * How much to write, in questions for each pattern and in paragraphs.
   *
   * @param train training questions for each trained pattern
   * @param heldOut held-out questions for each trained pattern
   * @param patterns questions for each pattern never trained
   * @param paragraphs paragraphs of plain text, to train on and held out
   * @param asked held-out questions of all patterns together, at most: generating the answers takes
   *     most of the time of a small run
   */
  record Size(int train, int heldOut, int patterns, int paragraphs, int asked) {
    static final Size FULL = new Size(30, 5, 10, Integer.MAX_VALUE, Integer.MAX_VALUE);
    static final Size SMOKE = new Size(3, 1, 1, 2, 3);
  }

  /** Writes the corpus of a seed. */
  static QuickstartCorpus generate(long seed, Size size) {
    Random random = new Random(seed);
    Vocabulary known = Vocabulary.training();
    Vocabulary unseen = Vocabulary.unseen();
    List<Question> train = questions(QuestionPattern.trained(true), size.train(), known, random);
    List<Question> heldOut =
        questions(QuestionPattern.trained(true), size.heldOut(), unseen, random);
    return new QuickstartCorpus(
        train,
        heldOut.subList(0, Math.min(heldOut.size(), size.asked())),
        questions(QuestionPattern.trained(false), size.patterns(), unseen, random),
        paragraphs("plain-train.txt", size.paragraphs()),
        paragraphs("plain-heldout.txt", size.paragraphs()));
  }

  private static List<Question> questions(
      List<QuestionPattern> patterns, int each, Vocabulary vocabulary, Random random) {
    List<Question> questions = new ArrayList<>();
    Set<String> asked = new HashSet<>();
    for (QuestionPattern pattern : patterns) {
      for (int i = 0; i < each; i++) {
        Question question;
        do {
          question = Question.of(pattern, i, vocabulary.draw(random));
        } while (!asked.add(question.question()));
        questions.add(question);
      }
    }
    Collections.shuffle(questions, random);
    return List.copyOf(questions);
  }

  private static List<String> paragraphs(String resource, int atMost) {
    try (InputStream in = QuickstartCorpus.class.getResourceAsStream(resource)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
      return Arrays.stream(text.split("\n\n", -1)).limit(atMost).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
