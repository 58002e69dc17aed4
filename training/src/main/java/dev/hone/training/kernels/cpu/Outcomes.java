package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.DistillationLoss;

/**
 * The outcomes of one target, of teacher and student, and how far apart they are. Formulas: {@link
 * DistillationLoss}. The arrays of one thread, kept from row to row.
 */
final class Outcomes {
  private double[] teacher = new double[0];
  private double[] student = new double[0];
  private double[] exponentials = new double[0];
  private double[] slopes = new double[0];

  /** Room for so many. */
  void reserve(int count) {
    if (teacher.length < count) {
      teacher = new double[count];
      student = new double[count];
      exponentials = new double[count];
      slopes = new double[count];
    }
  }

  /** Log-probabilities of the teacher, to be filled; {@link #measure} overwrites them. */
  double[] teacher() {
    return teacher;
  }

  /** Log-probabilities of the student, to be filled; {@link #measure} overwrites them. */
  double[] student() {
    return student;
  }

  /** Exponentials of the student's logits, which {@link #measure} leaves as they are. */
  double[] exponentials() {
    return exponentials;
  }

  /** Derivatives of what {@link #measure} returned by the student's log-probabilities. */
  double[] slopes() {
    return slopes;
  }

  /** T² D of the first {@code count} outcomes. */
  double measure(DistillationLoss loss, int count) {
    double t = loss.temperature();
    temper(teacher, t, count);
    temper(student, t, count);
    double divergence =
        switch (loss.divergence()) {
          case FORWARD -> forward(count);
          case REVERSE -> reverse(count);
          case JS -> between(loss.beta(), count);
        };
    for (int j = 0; j < count; j++) {
      slopes[j] *= t;
    }
    return t * t * divergence;
  }

  /** To log softmax(logs / t). */
  private static void temper(double[] logs, double t, int count) {
    double max = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < count; j++) {
      logs[j] /= t;
      max = Math.max(max, logs[j]);
    }
    double sum = 0;
    for (int j = 0; j < count; j++) {
      sum += Math.exp(logs[j] - max);
    }
    double logSum = max + Math.log(sum);
    for (int j = 0; j < count; j++) {
      logs[j] -= logSum;
    }
  }

  private double forward(int count) {
    double divergence = 0;
    for (int j = 0; j < count; j++) {
      double p = Math.exp(teacher[j]);
      divergence += p * (teacher[j] - student[j]);
      slopes[j] = Math.exp(student[j]) - p;
    }
    return divergence;
  }

  private double reverse(int count) {
    double divergence = 0;
    for (int j = 0; j < count; j++) {
      divergence += Math.exp(student[j]) * (student[j] - teacher[j]);
    }
    for (int j = 0; j < count; j++) {
      slopes[j] = Math.exp(student[j]) * (student[j] - teacher[j] - divergence);
    }
    return divergence;
  }

  private double between(double beta, int count) {
    double logBeta = Math.log(beta);
    double logRest = Math.log1p(-beta);
    double divergence = 0;
    double sum = 0;
    for (int j = 0; j < count; j++) {
      double a = teacher[j] + logBeta;
      double b = student[j] + logRest;
      double mixture = Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
      double p = Math.exp(teacher[j]);
      double ofStudent = (1 - beta) * Math.exp(student[j]) * (student[j] - mixture);
      divergence += beta * p * (teacher[j] - mixture) + ofStudent;
      slopes[j] = ofStudent;
      sum += ofStudent;
    }
    for (int j = 0; j < count; j++) {
      slopes[j] -= Math.exp(student[j]) * sum;
    }
    return divergence;
  }
}
