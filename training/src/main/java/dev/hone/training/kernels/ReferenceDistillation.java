package dev.hone.training.kernels;

import dev.hone.training.data.Teaching;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** T² D of {@link DistillationLoss} for one row of logits, by the definitions, in double. */
final class ReferenceDistillation {
  private final DistillationLoss loss;
  private final Taught taught;
  private final int token;
  private final DataType type;
  private final int[] ids;
  private final boolean whole;
  private final INDArray q; // [V], the student's softmax
  private final double other; // its probability of any other token
  private final INDArray teacher; // [k + 1], or [k] of a whole vocabulary: P
  private final INDArray student; // the same of Q

  ReferenceDistillation(INDArray logits, Taught taught, int token) {
    this.taught = taught;
    this.token = token;
    loss = taught.loss();
    type = logits.dataType();
    Teaching teaching = taught.teaching();
    int k = teaching.k();
    q = Transforms.softmax(logits.castTo(DataType.DOUBLE));
    whole = k == q.length();
    ids = new int[k];
    double[] p = new double[whole ? k : k + 1];
    double[] s = p.clone();
    INDArray others = q.dup();
    double rest = 1;
    for (int j = 0; j < k; j++) {
      ids[j] = teaching.ids()[token * k + j];
      p[j] = Math.exp(teaching.logps()[token * k + j]);
      s[j] = q.getDouble(ids[j]);
      others.putScalar(ids[j], 0);
      rest -= p[j];
    }
    other = others.sumNumber().doubleValue();
    if (!whole) {
      p[k] = Math.max(rest, DistillationLoss.FLOOR);
      s[k] = Math.max(other, DistillationLoss.FLOOR);
    }
    teacher = tempered(p);
    student = tempered(s);
  }

  /** Probabilities to the power of 1 / T, normalised: {@code softmax(log p / T)}. */
  private INDArray tempered(double[] probabilities) {
    INDArray powers = Transforms.pow(Nd4j.createFromArray(probabilities), 1 / loss.temperature());
    return powers.divi(powers.sumNumber());
  }

  private static INDArray logRatio(INDArray a, INDArray b) {
    return Transforms.log(a.div(b));
  }

  private static double kl(INDArray a, INDArray b) {
    return a.mul(logRatio(a, b)).sumNumber().doubleValue();
  }

  private INDArray mixture() {
    return teacher.mul(loss.beta()).addi(student.mul(1 - loss.beta()));
  }

  /** Fills the divergence. */
  void measure() {
    double d =
        switch (loss.divergence()) {
          case FORWARD -> kl(teacher, student);
          case REVERSE -> kl(student, teacher);
          case JS ->
              loss.beta() * kl(teacher, mixture()) + (1 - loss.beta()) * kl(student, mixture());
        };
    taught.divergences()[token] = loss.temperature() * loss.temperature() * d;
  }

  /** The derivative by the logits, {@code [V]}. */
  INDArray gradient() {
    INDArray byQ =
        switch (loss.divergence()) {
          case FORWARD -> teacher.div(student).negi();
          case REVERSE -> logRatio(student, teacher).addi(1);
          case JS -> logRatio(student, mixture()).muli(1 - loss.beta());
        };
    double mean = byQ.mul(student).sumNumber().doubleValue();
    INDArray byLogQ = student.mul(byQ.sub(mean)).muli(loss.temperature());
    boolean held = whole || other <= DistillationLoss.FLOOR;
    double ofOther = held ? 0 : byLogQ.getDouble(ids.length);
    double sum = ofOther;
    INDArray gradient = q.mul(held ? 0 : ofOther / other);
    for (int j = 0; j < ids.length; j++) {
      gradient.putScalar(ids[j], byLogQ.getDouble(j));
      sum += byLogQ.getDouble(j);
    }
    return gradient.subi(q.mul(sum)).castTo(type);
  }
}
