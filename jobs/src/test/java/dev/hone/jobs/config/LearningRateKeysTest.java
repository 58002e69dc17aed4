package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.optimizer.LearningRates;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class LearningRateKeysTest {
  private static final List<String> EMBEDDINGS = List.of("embed_tokens", "lm_head");

  @TempDir private Path folder;

  @Test
  void ratesArePartsOfThePeak() {
    assertEquals(LearningRates.EQUAL, rates(""));
    assertEquals(LearningRates.loraPlus(16), rates("adapter: lora\nloraplus_lr_ratio: 16\n"));
    assertEquals(
        new LearningRates(
            1, List.of(new LearningRates.Group("embedding_lr_scale", EMBEDDINGS, 0.1))),
        rates("embedding_lr_scale: 0.1\n"));
    assertEquals(
        new LearningRates(
            1,
            List.of(
                new LearningRates.Group("embedding_lr", EMBEDDINGS, 0.5),
                new LearningRates.Group("lr_groups.0 (out)", List.of("o_proj"), 2),
                new LearningRates.Group("lr_groups.1 (ends)", List.of("norm", "bias"), 4))),
        rates(
            """
            learning_rate: 0.25
            embedding_lr: 0.125
            lr_groups:
              - {name: out, modules: o_proj, lr: 0.5}
              - {name: ends, modules: [norm, bias], lr: 1}
            """));
  }

  @Test
  void whatCannotBeIsSaid() {
    assertEquals(
        List.of(
            "config.yaml:6: embedding_lr: together with embedding_lr_scale (config.yaml:7); keep"
                + " one of the two",
            "config.yaml:6: embedding_lr: together with loraplus_lr_ratio (config.yaml:8), beside"
                + " which Axolotl leaves it out of account; keep one of the two",
            "config.yaml:7: embedding_lr_scale: together with loraplus_lr_ratio (config.yaml:8),"
                + " beside which Axolotl leaves it out of account; keep one of the two"),
        problems(
            """
            adapter: lora
            embedding_lr: 1e-5
            embedding_lr_scale: 0.1
            loraplus_lr_ratio: 2
            """));
    assertEquals(
        List.of(
            "config.yaml:7: lr_groups.1.lr: missing; give a number above 0. Peak of the schedule"
                + " for the group.",
            "config.yaml:7: lr_groups.1.name: 'a' is the name of two groups; name each once",
            "config.yaml:7: lr_groups.1.modules: names nothing; name parts of weights' names, such"
                + " as [mlp]"),
        problems(
            """
            lr_groups:
              - {name: a, modules: [mlp], lr: 1e-4}
              - {name: a, modules: []}
            """));
  }

  @Test
  void aPeakOfZeroHasNoParts() {
    assertEquals(
        List.of(
            "config.yaml:5: embedding_lr: is followed by the schedule in proportion to"
                + " learning_rate, which is 0; raise that"),
        problems("learning_rate: 0\nembedding_lr: 1e-5\n"));
  }

  private LearningRates rates(String more) {
    return new ConfigTexts(folder).read(minimal(more) + more).training().learningRates();
  }

  private List<String> problems(String more) {
    return new ConfigTexts(folder).problems(minimal(more) + more);
  }

  private static String minimal(String more) {
    return more.contains("learning_rate:")
        ? ConfigTexts.MINIMAL.replaceAll("(?m)^learning_rate:.*\\R", "")
        : ConfigTexts.MINIMAL;
  }
}
