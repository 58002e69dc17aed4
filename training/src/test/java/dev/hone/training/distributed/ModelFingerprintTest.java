package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.BaseWeights;
import dev.hone.training.trainer.Bf16Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class ModelFingerprintTest {
  @TempDir private Path dir;

  private Path model(String name, String weights) throws IOException {
    Path model = Files.createDirectories(dir.resolve(name));
    Files.writeString(model.resolve("config.json"), "{}");
    Files.writeString(model.resolve("model.safetensors"), weights);
    return model;
  }

  private static String of(Path model) {
    return of(new ModelSource(model.toString(), Optional.empty()), "");
  }

  private static String of(ModelSource source, String asked) {
    return ModelFingerprint.of(source, asked, new Configuration());
  }

  @Test
  void onlyWhatIsInTheFilesCounts() throws IOException {
    String one = of(model("one", "weights"));
    Path copy = model("copy", "weights");
    assertEquals(one, of(copy));
    Files.writeString(copy.resolve("tokenizer.json"), "{}");
    assertEquals(one, of(copy), "tokenizers are no part of it");
    assertNotEquals(one, of(model("other", "Weights")));
    Files.writeString(copy.resolve("config.json"), "{ }");
    assertNotEquals(one, of(copy));
  }

  @Test
  void soDoesHowItIsComputedAndWhatIsAsked() throws IOException {
    String model = model("one", "weights").toString();
    ModelSource plain = new ModelSource(model, Optional.empty());
    ModelSource bf16 =
        new ModelSource(model, BaseWeights.AS_STORED, Optional.empty(), Bf16Setting.AUTO, 0);
    ModelSource nf4 =
        new ModelSource(model, BaseWeights.NF4, Optional.empty(), Bf16Setting.FALSE, 0);
    ModelSource adapted =
        new ModelSource(
            model,
            Optional.of(ModelSource.Adapter.trained(model("adapter", "branches").toString())));
    assertNotEquals(of(plain, ""), of(bf16, ""));
    assertNotEquals(of(plain, ""), of(nf4, ""));
    assertNotEquals(of(plain, ""), of(adapted, ""));
    assertNotEquals(of(plain, "top 8"), of(plain, "top 16"));
  }

  /** A directory that hone wrote lists the hashes of its files. */
  @Test
  void aManifestStandsForItsFiles() throws IOException {
    Path written = model("one", "weights");
    Files.writeString(written.resolve("manifest.json"), "{\"files\": []}");
    String before = of(written);
    Files.writeString(written.resolve("model.safetensors"), "not read");
    assertEquals(before, of(written));
    Files.writeString(written.resolve("manifest.json"), "{\"files\": [{}]}");
    assertNotEquals(before, of(written));
  }

  @Test
  void aModelThatIsNotThereIsNamed() {
    Path absent = dir.resolve("absent");
    HoneException refused = assertThrows(HoneException.class, () -> of(absent));
    assertTrue(refused.getMessage().contains(absent.toString()), refused::getMessage);
  }
}
