package dev.hone.training.trainer;

import dev.hone.formats.HoneException;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.model.LossSum;
import dev.hone.training.model.Parameter;
import dev.hone.training.objective.Means;
import dev.hone.training.objective.Objective;
import dev.hone.training.objective.Share;
import dev.hone.training.objective.StepLoss;
import java.nio.FloatBuffer;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The smallest language model: one logit for each token, whatever came before. Its loss and
 * gradient fit on a line, so a test of the loop has something to reckon with.
 */
final class UnigramModel implements Objective {
  final Kernels kernels = new ReferenceKernels(DataType.FLOAT);
  private final Parameter logits;

  UnigramModel(int vocabulary) {
    Tensor value = kernels.allocate(vocabulary);
    logits = new Parameter("logits.weight", value, kernels.allocate(vocabulary));
  }

  float[] logits() {
    return read(logits.value());
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(logits);
  }

  @Override
  public void zeroGradients() {
    kernels.zero(logits.gradient());
  }

  @Override
  public StepLoss forwardBackward(Share share) {
    double weights = share.microBatches().stream().mapToDouble(PackedRow::weightSum).sum();
    double weight = share.ranks().sums(weights)[0];
    if (weight == 0) {
      throw new HoneException("nothing is trained");
    }
    LossSum[] mine = {LossSum.ZERO};
    share.eachPass(i -> mine[0] = mine[0].plus(pass(share.microBatches().get(i), 1 / weight)));
    LossSum loss = mine[0].over(share.ranks());
    return new StepLoss(
        loss.mean(), new Means().add("mean_token_accuracy", loss.correct(), loss.targets()));
  }

  private LossSum pass(PackedRow batch, double lossScale) {
    float[] values = read(logits.value());
    double[] probabilities = new double[values.length];
    double denominator = 0;
    int best = 0;
    for (int i = 0; i < values.length; i++) {
      probabilities[i] = Math.exp(values[i]);
      denominator += probabilities[i];
      best = values[i] > values[best] ? i : best;
    }
    float[] gradient = read(logits.gradient());
    double sum = 0;
    double weights = 0;
    long correct = 0;
    long targets = 0;
    for (int t = 0; t < batch.length(); t++) {
      double weight = batch.lossWeights()[t];
      if (weight == 0) {
        continue;
      }
      int target = batch.inputIds()[t];
      sum -= weight * Math.log(probabilities[target] / denominator);
      weights += weight;
      targets++;
      correct += target == best ? 1 : 0;
      for (int i = 0; i < values.length; i++) {
        double derivative = probabilities[i] / denominator - (i == target ? 1 : 0);
        gradient[i] += (float) (lossScale * weight * derivative);
      }
    }
    kernels.write(FloatBuffer.wrap(gradient), logits.gradient(), 0);
    return new LossSum(sum, weights, correct, targets, 0);
  }

  private float[] read(Tensor tensor) {
    float[] values = new float[(int) tensor.length()];
    kernels.read(tensor, 0, FloatBuffer.wrap(values));
    return values;
  }
}
