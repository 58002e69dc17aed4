package dev.hone.jobs.parity;

import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.peft.PeftAdapter;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.LoraSpec;
import java.nio.file.Path;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/** The logits {@code [T][V]} that hone itself computes with a directory. */
final class Logits {
  private Logits() {}

  static float[][] of(Path model, int[] ids) {
    return of(ModelDirectory.open(model), Optional.empty(), ids);
  }

  /** With an adapter. */
  static float[][] of(Path model, Path adapter, int[] ids) {
    ModelDirectory base = PeftAdapter.baseOf(adapter, ModelDirectory.open(model));
    return of(base, Optional.of(LoraSpec.trained(adapter, base)), ids);
  }

  private static float[][] of(ModelDirectory model, Optional<LoraSpec> lora, int[] ids) {
    CausalLm lm = CausalLm.load(model, lora, new ReferenceKernels(DataType.FLOAT), ids.length, 0);
    PackedRow row = new PackedRow(ids, new float[ids.length], new int[] {0});
    float[][] logits = new float[ids.length][];
    for (int t = 0; t < ids.length; t++) {
      logits[t] = lm.logits(row, t);
    }
    return logits;
  }
}
