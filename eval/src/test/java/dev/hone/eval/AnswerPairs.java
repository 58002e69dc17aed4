package dev.hone.eval;

import java.util.List;

/** Answers and references that the Python packages were asked about. */
final class AnswerPairs {
  record Pair(String answer, String reference) {}

  static final List<Pair> ALL =
      List.of(
          new Pair("the cat sat", "the cat is on the mat"),
          new Pair(
              "SELECT MIN(value) FROM metrics WHERE run_id = 'a-7'",
              "SELECT MAX(value) FROM metrics WHERE run_id = 'a-7' AND step = 14"),
          new Pair("It's 1,000.5 km - or 7-8.", "It is 1,000.5 km, or 7-8!"),
          new Pair("Größe zählt, naïve Œuvre; 東京 3.5%", "Größe zählt: naïve œuvre, 東京 3.5 %"),
          new Pair("a b c d", "a b c e"),
          new Pair("", "nothing to say"),
          new Pair("one two three four five six", "six five four three two one"),
          new Pair("A&amp;B &lt;tag&gt; and a\nnew line", "A&B <tag> and a new line"));

  private AnswerPairs() {}
}
