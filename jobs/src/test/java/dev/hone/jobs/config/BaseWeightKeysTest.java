package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.model.BaseWeights;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class BaseWeightKeysTest {
  private static final String GGUF = ConfigTexts.MINIMAL.replace("/no/such/model", "tiny.gguf");

  @TempDir Path folder;

  private HoneConfig read(String yaml) {
    return new ConfigTexts(folder).read(yaml);
  }

  private List<String> problems(String yaml) {
    return new ConfigTexts(folder).problems(yaml);
  }

  @ParameterizedTest
  @CsvSource({
    "adapter: lora,AS_STORED",
    "adapter: qlora,NF4_DOUBLE",
    "'adapter: qlora\nload_in_4bit: true\nbnb_4bit_quant_type: nf4',NF4_DOUBLE",
    "'adapter: qlora\nbnb_4bit_use_double_quant: false',NF4",
    "load_in_4bit: false,AS_STORED"
  })
  void whatTheAdapterSays(String keys, BaseWeights expected) {
    HoneConfig config = read(ConfigTexts.MINIMAL + keys + "\n");
    assertEquals(expected, config.model().weights());
    assertEquals(List.of(), config.notices());
  }

  @Test
  void aGgufFileIsTheBaseOfQlora() {
    assertEquals("tiny.gguf", read(GGUF + "adapter: qlora\n").model().baseModel());
    assertEquals(
        List.of("bnb_4bit_use_double_quant: no effect on a GGUF file, whose own blocks are used"),
        read(GGUF + "adapter: qlora\nbnb_4bit_use_double_quant: true\n").notices());
    String refused =
        "config.yaml:1: base_model: 'tiny.gguf' is a GGUF file, whose quantized weights can only"
            + " be the frozen base of an adapter; use adapter: qlora, or make a directory with hone"
            + " import";
    assertEquals(List.of(refused), problems(GGUF + "adapter: lora\n"));
    assertEquals(List.of(refused), problems(GGUF));
  }

  @Test
  void combinationsThatCannotBe() {
    assertEquals(
        List.of(
            "config.yaml:5: load_in_4bit: needs an adapter: quantized weights are not trained; add"
                + " adapter: qlora"),
        problems(ConfigTexts.MINIMAL + "load_in_4bit: true\n"));
    assertEquals(
        List.of(
            "config.yaml:6: load_in_4bit: true together with adapter: lora, which keeps the base"
                + " model as it is stored; use adapter: qlora, or remove it"),
        problems(ConfigTexts.MINIMAL + "adapter: lora\nload_in_4bit: true\n"));
    assertEquals(
        List.of(
            "config.yaml:6: load_in_4bit: false together with adapter: qlora, which quantizes the"
                + " base model; remove it, or use adapter: lora",
            "config.yaml:7: load_in_8bit: together with adapter: qlora, which keeps 4 bits; remove"
                + " it",
            "config.yaml:8: bnb_4bit_quant_type: 'fp4' is not one of nf4"),
        problems(
            ConfigTexts.MINIMAL
                + """
                adapter: qlora
                load_in_4bit: false
                load_in_8bit: true
                bnb_4bit_quant_type: fp4
                """));
  }

  @Test
  void keysWithoutEffectAreSaid() {
    assertEquals(
        List.of("bnb_4bit_quant_type: no effect without adapter: qlora"),
        read(ConfigTexts.MINIMAL + "adapter: lora\nbnb_4bit_quant_type: nf4\n").notices());
  }

  @Test
  void theExampleIsRight() {
    Path file = Path.of(System.getProperty("hone.repository"), "examples/qlora.yaml");
    HoneConfig config = HoneConfig.read(file, List.of(), Map.of());
    assertEquals(BaseWeights.NF4_DOUBLE, config.model().weights());
    assertEquals(
        List.of(
            "bnb_4bit_quant_type, bnb_4bit_use_double_quant: no effect on a GGUF file, whose own"
                + " blocks are used"),
        config.notices());
  }
}
