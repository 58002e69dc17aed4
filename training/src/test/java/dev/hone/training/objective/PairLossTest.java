package dev.hone.training.objective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Losses and their derivatives as PyTorch finds them; see objectives/generate.py. */
@Tag("unit")
class PairLossTest {
  private static final JsonNode EXPECTED = read();

  @Test
  void everyLossAndItsDerivativesArePyTorchs() {
    Set<String> covered = new TreeSet<>();
    for (JsonNode expected : EXPECTED.get("cases")) {
      PairLossType type = PairLossType.of(expected.get("kind").textValue()).orElseThrow();
      List<Pair> pairs = pairs(EXPECTED.get("pairs"), type.needsReference());
      List<PairTerm> terms = type.with(settings(expected)).terms(pairs);
      String name = expected.get("kind") + " of " + settings(expected);
      near(name + ": loss", terms.stream().mapToDouble(PairTerm::loss).sum(), sum(expected));
      for (int i = 0; i < pairs.size(); i++) {
        if (!type.with(settings(expected)).comparesPairs()) {
          near(name + ": loss of " + i, terms.get(i).loss(), expected.get("loss").get(i));
        }
        near(name + ": by chosen " + i, terms.get(i).byChosen(), expected.get("by_chosen").get(i));
        near(
            name + ": by rejected " + i,
            terms.get(i).byRejected(),
            expected.get("by_rejected").get(i));
      }
      covered.add(type.key());
    }
    Set<String> all = new TreeSet<>();
    for (PairLossType type : PairLossType.values()) {
      all.add(type.key());
    }
    assertEquals(all, covered);
  }

  @Test
  void workedExamples() {
    assertEquals(0.41326, new Sigmoid(0.1).at(1).value(), 5e-6);
    assertEquals(0.75, new Hinge().at(0.25).value());
    assertEquals(0, new Hinge().at(2).value());
    assertEquals(16, new Ipo(0.1).at(1).value(), 1e-12);
    assertEquals(2.76123, new ExoPair(1e-3).at(0).value(), 5e-6);
    assertEquals(0.18826, new Robust(0.1).at(1).value(), 5e-6);
    assertEquals((Math.log(2) + 1) / 2, new DiscoPop(0.05).at(0).value(), 1e-12);
    assertEquals(Math.log(2), new SimPo(0.5, 0).at(0.5).value(), 1e-12);
    Pair equal = new Pair(new Answer(-3, -3, 2), new Answer(-3, -3, 2));
    assertEquals(2 * Math.log(2), new NcaPair(0.1).term(equal).loss(), 1e-12);
    assertEquals(2 * Math.log(2), new BcoPair(0.1).term(equal).loss(), 1e-12);
    assertEquals(50, new SppoHard(0.1).term(equal).loss(), 1e-12);
    assertEquals(1, new ApoZero(0.1).term(equal).loss(), 1e-12);
    assertEquals(1, new ApoDown(0.1).term(equal).loss(), 1e-12);
    assertEquals(0.1 * Math.log(2), new OddsRatio(0.1).term(equal).loss(), 1e-12);
  }

  @Test
  void optimalTransportComparesQuantiles() {
    List<Pair> batch =
        List.of(
            new Pair(new Answer(2, 0, 1), new Answer(0, 0, 1)),
            new Pair(new Answer(0, 0, 1), new Answer(1, 0, 1)));
    List<PairTerm> terms = new Aot(1, 0, false).terms(batch);
    assertEquals(new Sigmoid(0).at(1).value(), terms.get(0).loss(), 1e-12);
    assertEquals(Math.log(2), terms.get(1).loss(), 1e-12);
    assertEquals(-terms.get(1).byChosen(), terms.get(0).byRejected(), 1e-12);
  }

  @Test
  void noValueOverflows() {
    for (PairLossType type : PairLossType.values()) {
      Pair far = new Pair(new Answer(-4000, -3000, 900), new Answer(-9000, -100, 900));
      PairLossType.Settings settings =
          new PairLossType.Settings(0.1, 0.1, Divergence.reverseKl(), 1, 0.5);
      PairTerm term = type.with(settings).terms(List.of(far)).get(0);
      assertTrue(
          Double.isFinite(term.loss() + term.byChosen() + term.byRejected()),
          () -> type.key() + ": " + term);
    }
  }

  @Test
  void aWeightedSumOfLosses() {
    List<Pair> pairs = pairs(EXPECTED.get("pairs"), true);
    PairLoss sigmoid = PairLossType.SIGMOID.with(PairLossType.Settings.of(0.1));
    PairLoss bco = PairLossType.BCO_PAIR.with(PairLossType.Settings.of(0.1));
    List<PairTerm> sum =
        new WeightedLosses(
                List.of(new WeightedLosses.Part(sigmoid, 0.8), new WeightedLosses.Part(bco, 0.2)))
            .terms(pairs);
    for (int i = 0; i < pairs.size(); i++) {
      PairTerm a = sigmoid.terms(pairs).get(i);
      PairTerm b = bco.terms(pairs).get(i);
      assertEquals(0.8 * a.loss() + 0.2 * b.loss(), sum.get(i).loss(), 1e-12);
      assertEquals(0.8 * a.byChosen() + 0.2 * b.byChosen(), sum.get(i).byChosen(), 1e-12);
      assertEquals(0.8 * a.byRejected() + 0.2 * b.byRejected(), sum.get(i).byRejected(), 1e-12);
    }
  }

  private static PairLossType.Settings settings(JsonNode expected) {
    double alpha = expected.path("a").asDouble(0.5);
    Divergence divergence =
        switch (expected.path("f").asText("reverse_kl")) {
          case "forward_kl" -> Divergence.forwardKl();
          case "js_divergence" -> Divergence.jensenShannon();
          case "alpha_divergence" -> Divergence.alpha(alpha);
          default -> Divergence.reverseKl();
        };
    return new PairLossType.Settings(
        expected.get("beta").doubleValue(),
        expected.path("e").asDouble(0),
        divergence,
        expected.path("tau").asDouble(0.05),
        expected.path("gamma").asDouble(0.5));
  }

  private static List<Pair> pairs(JsonNode data, boolean reference) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < data.get("chosen").size(); i++) {
      pairs.add(
          new Pair(answer(data, "chosen", i, reference), answer(data, "rejected", i, reference)));
    }
    return pairs;
  }

  private static Answer answer(JsonNode data, String which, int i, boolean reference) {
    return new Answer(
        data.get(which).get(i).doubleValue(),
        reference ? data.get("ref_" + which).get(i).doubleValue() : 0,
        data.get(which + "_tokens").get(i).intValue());
  }

  private static double sum(JsonNode expected) {
    double sum = 0;
    for (JsonNode loss : expected.get("loss")) {
      sum += loss.doubleValue();
    }
    return sum;
  }

  private static void near(String name, double actual, JsonNode expected) {
    near(name, actual, expected.doubleValue());
  }

  private static void near(String name, double actual, double expected) {
    assertTrue(
        Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
        () -> name + ": " + actual + ", expected " + expected);
  }

  private static JsonNode read() {
    try {
      return new JsonMapper().readTree(PairLossTest.class.getResource("/objectives/expected.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
