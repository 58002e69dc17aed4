package dev.hone.formats.model.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.TensorSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class QuantizationTest {

  private static GgmlType type(Quantization file, String gguf, boolean tied, long... shape) {
    return file.typeOf(new TensorSpec(gguf, gguf, shape), 30, tied);
  }

  /** The types that llama.cpp gives a model of 30 layers; 576 is no multiple of 256, 4096 is. */
  @ParameterizedTest
  @CsvSource({
    "Q4_K_M,blk.0.attn_q.weight,4096,false,Q4_K",
    "Q4_K_M,blk.0.attn_v.weight,4096,false,Q6_K",
    "Q4_K_M,blk.3.ffn_down.weight,4096,false,Q4_K",
    "Q4_K_M,output.weight,4096,false,Q6_K",
    "Q4_K_M,token_embd.weight,4096,false,Q4_K",
    "Q4_K_M,token_embd.weight,4096,true,Q6_K",
    "Q4_K_M,token_embd.weight,576,true,Q8_0",
    "Q4_K_M,blk.3.attn_q.weight,576,false,Q5_0",
    "Q4_K_M,blk.0.attn_v.weight,576,false,Q8_0",
    "Q4_K_M,blk.0.attn_q.weight,80,false,F16",
    "Q6_K,blk.0.attn_q.weight,576,false,Q8_0",
    "Q4_0,blk.0.attn_q.weight,576,false,Q4_0",
    "Q4_0,output.weight,4096,false,Q6_K",
    "Q8_0,output.weight,4096,false,Q8_0",
    "BF16,output.weight,4096,false,BF16",
  })
  void isAsInLlamaCpp(Quantization file, String name, long row, boolean tied, GgmlType expected) {
    assertEquals(expected, type(file, name, tied, 8, row));
  }

  @Test
  void halfOfTheLayersHaveMoreBits() {
    List<Integer> more =
        IntStream.range(0, 30)
            .filter(
                layer ->
                    type(Quantization.Q4_K_M, "blk." + layer + ".ffn_down.weight", true, 8, 512)
                        == GgmlType.Q6_K)
            .boxed()
            .toList();
    assertEquals(List.of(0, 1, 2, 5, 8, 11, 14, 17, 20, 23, 26, 27, 28, 29), more);
  }

  @Test
  void vectorsStayWhole() {
    assertEquals(GgmlType.F32, type(Quantization.Q4_K_M, "blk.0.attn_q.bias", true, 256));
    assertEquals(GgmlType.F32, type(Quantization.F16, "output_norm.weight", true, 256));
  }

  @Test
  void anUnknownNameIsRefusedWithThoseThatAreKnown() {
    assertEquals(Quantization.Q4_K_M, Quantization.named("Q4_K_M"));
    HoneException refused = assertThrows(HoneException.class, () -> Quantization.named("q3_k_s"));
    assertEquals(
        "gguf:q3_k_s is not known; hone writes gguf:f32, gguf:f16, gguf:bf16, gguf:q8_0,"
            + " gguf:q4_0, gguf:q4_k_m, gguf:q6_k",
        refused.getMessage());
  }
}
