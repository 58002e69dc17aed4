package dev.hone.training.objective;

import dev.hone.formats.Sha256;
import dev.hone.training.data.PackedRow;
import dev.hone.training.layers.TargetScores;
import dev.hone.training.model.CausalLm;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** What the reference model says of passes that are made when training is under way. */
@FunctionalInterface
public interface PassReference {

  /** Log-probability of all targets of a pass together, each by its weight, in nats. */
  double logp(PackedRow pass);

  /** The base model, whenever it is asked. */
  static PassReference withoutAdapter(CausalLm model) {
    return pass -> logp(model, pass, false);
  }

  /** What a model says of a pass. */
  static double logp(CausalLm model, PackedRow pass, boolean adapted) {
    TargetScores scores = model.score(pass, adapted);
    double sum = 0;
    for (int i = 0; i < scores.count(); i++) {
      sum += pass.lossWeights()[scores.position(i)] * scores.logProbability(i);
    }
    return sum;
  }

  /**
   * What a model said of passes when they were announced. Kept is a number for each, by the hash of
   * its tokens, and not the model.
   */
  final class Known implements PassReference {
    private final Map<String, Double> known = new HashMap<>();

    void announce(CausalLm model, PackedRow pass) {
      known.computeIfAbsent(key(pass), unknown -> PassReference.logp(model, pass, true));
    }

    @Override
    public double logp(PackedRow pass) {
      Double logp = known.get(key(pass));
      if (logp == null) {
        throw new IllegalStateException("a pass was not announced before training");
      }
      return logp;
    }

    private static String key(PackedRow pass) {
      ByteBuffer content =
          ByteBuffer.allocate(Integer.BYTES * (2 * pass.length() + pass.documentStarts().length));
      content.asIntBuffer().put(pass.inputIds()).put(pass.documentStarts());
      content
          .position(Integer.BYTES * (pass.length() + pass.documentStarts().length))
          .asFloatBuffer()
          .put(pass.lossWeights());
      return Sha256.hex(content.array());
    }
  }
}
