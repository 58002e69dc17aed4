package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.NewTokens;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.formats.model.peft.LoraBias;
import dev.hone.formats.model.peft.LoraInit;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.formats.model.peft.PeftAdapter;
import dev.hone.formats.model.peft.TrainedParts;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that a model does not have: what its files and its embedding say of them. */
@Tag("unit")
class NewTokensTest {
  private static final String TABLE = "model.embed_tokens.weight";
  private static final NewTokens FOUR =
      new NewTokens(
          Map.of("eos_token", "<end>", "pad_token", "t3"),
          List.of("<think>", "t4"),
          List.of("<tool>", "t12"),
          false);

  private final Kernels kernels = new CpuKernels(1);

  @TempDir private Path dir;
  private ModelDirectory base;

  @BeforeEach
  void write() throws IOException {
    base = TinyModel.write(dir.resolve("model"), "llama", true);
    ObjectNode tokenizer = JsonFile.object();
    ObjectNode vocab = tokenizer.putObject("model").put("type", "BPE").putObject("vocab");
    for (int id = 0; id < 12; id++) {
      vocab.put("t" + id, id);
    }
    tokenizer.putArray("added_tokens").addObject().put("id", 12).put("content", "t12");
    JsonFile.write(base.path().resolve("tokenizer.json"), tokenizer);
    JsonFile.write(
        base.path().resolve("generation_config.json"), JsonFile.object().put("eos_token_id", 2));
  }

  /** Named ones come first, then texts, then other special ones; what is known keeps its id. */
  @Test
  void idsGoOnWhereTheTokenizerEnds() {
    Map<String, Integer> fresh = FOUR.writeTokenizer(base.path(), dir.resolve("new"));
    assertEquals(Map.of("<end>", 13, "<think>", 14, "<tool>", 15), fresh);
    ObjectNode tokenizer = JsonFile.read(dir.resolve("new/tokenizer.json"));
    StringBuilder added = new StringBuilder();
    tokenizer
        .path("added_tokens")
        .forEach(
            token ->
                added.append(
                    "%s %s %s; "
                        .formatted(
                            token.path("id"),
                            token.path("content").asText(),
                            token.path("special").asBoolean())));
    assertEquals(
        "3 t3 true; 4 t4 false; 12 t12 true; 13 <end> true; 14 <think> false; 15 <tool> true; ",
        added.toString());
    ObjectNode config = JsonFile.read(dir.resolve("new/tokenizer_config.json"));
    assertEquals("<end>", config.path("eos_token").asText());
    assertEquals("[\"<tool>\",\"t12\"]", config.path("additional_special_tokens").toString());
  }

  @Test
  void newRowsAreTheMeanOfTheOthers() {
    ModelDirectory grown = FOUR.grow(base, dir.resolve("new"));
    assertEquals(16, grown.config().vocabSize());
    assertEquals(List.of(13), grown.config().eosTokenIds());
    float[] old = read(base, 0, 13 * 8);
    float[] mean = new float[8];
    for (int i = 0; i < old.length; i++) {
      mean[i % 8] += old[i] / 13;
    }
    assertArrayEquals(old, read(grown, 0, old.length));
    for (int row = 13; row < 16; row++) {
      assertArrayEquals(mean, read(grown, row * 8, 8), 1e-6f);
    }
    assertEquals(mean[5], read(grown, 12 * 8 + 5, 9)[8], 1e-6f, "a read across the border");
  }

  @Test
  void theEmbeddingMayEndAtAMultipleOf32() {
    NewTokens padded = new NewTokens(Map.of(), List.of(), List.of(), true);
    assertEquals(32, padded.grow(base, dir.resolve("new")).config().vocabSize());
  }

  /** The whole model is written with its new rows, and opens. */
  @Test
  void aWholeModelIsSavedWithItsRows() {
    ModelDirectory grown = FOUR.grow(base, dir.resolve("new"));
    CausalLm model = CausalLm.load(grown, Optional.empty(), kernels, 8, 0);
    PackedRow row = new PackedRow(new int[] {1, 14, 15}, new float[3], new int[] {0});
    float[] logits = model.logits(row, 2);
    assertEquals(16, logits.length);
    model.save(dir.resolve("saved"));
    ModelDirectory saved = ModelDirectory.open(dir.resolve("saved"));
    assertEquals(List.of(13), saved.config().eosTokenIds());
    assertArrayEquals(logits, CausalLm.load(saved, Optional.empty(), kernels, 8, 0).logits(row, 2));
    assertTrue(Files.exists(dir.resolve("saved/tokenizer.json")));
  }

  /** The base model does not know of them: the adapter's rows say how many there are. */
  @Test
  void anAdapterBringsItsRows() {
    ModelDirectory grown = FOUR.grow(base, dir.resolve("new"));
    LoraSettings plain = LoraSettings.of(2, 2, 0, List.of("q_proj"));
    LoraSettings settings =
        new LoraSettings(
            plain.ranks(),
            0,
            plain.targets(),
            LoraInit.KAIMING,
            false,
            new TrainedParts(LoraBias.NONE, List.of("embed_tokens", "lm_head")));
    CausalLm model =
        CausalLm.load(grown, Optional.of(new LoraSpec(settings, Optional.empty())), kernels, 8, 0);
    PackedRow row = new PackedRow(new int[] {1, 14, 15}, new float[3], new int[] {0});
    float[] logits = model.logits(row, 2);
    Path adapter = dir.resolve("adapter");
    model.save(adapter);
    ModelDirectory found = PeftAdapter.baseOf(adapter, base);
    assertEquals(adapter, found.path(), "where the tokenizer is");
    LoraSpec trained = LoraSpec.trained(adapter, found);
    assertArrayEquals(
        logits, CausalLm.load(found, Optional.of(trained), kernels, 8, 0).logits(row, 2));
  }

  @Test
  void aModelWithoutATokenizerIsRefused() throws IOException {
    Files.delete(base.path().resolve("tokenizer.json"));
    HoneException e = assertThrows(HoneException.class, () -> FOUR.grow(base, dir.resolve("new")));
    assertTrue(e.getMessage().contains("need a tokenizer.json"), e.getMessage());
  }

  private static float[] read(ModelDirectory model, long offset, int count) {
    float[] values = new float[count];
    model.weights().readFloats(TABLE, offset, FloatBuffer.wrap(values));
    return values;
  }
}
