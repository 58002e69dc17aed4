package dev.hone.training.parallel;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.model.Parameter;
import dev.hone.training.optimizer.StateTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link OuterStep} on the parameters that a rank answers for. It keeps the last parameters that
 * all ranks had and, if there is one, the momentum; of {@link OuterStep#NONE} neither.
 */
final class OuterOptimizer {
  private final OuterStep constants;
  private final Kernels kernels;
  private final List<Slot> slots = new ArrayList<>();

  private record Slot(Parameter parameter, Tensor last, Tensor momentum) {}

  OuterOptimizer(List<Parameter> parameters, OuterStep constants, Kernels kernels) {
    this.constants = constants;
    this.kernels = kernels;
    if (!constants.isNone()) {
      for (Parameter parameter : parameters) {
        long[] shape = parameter.value().shape();
        slots.add(new Slot(parameter, kernels.allocate(shape), kernels.allocate(shape)));
      }
      begin();
    }
  }

  /** What the parameters are now is what all ranks have. */
  void begin() {
    slots.forEach(slot -> add(slot.parameter.value(), 1, slot.last, 0));
  }

  /** Makes of the average of the parameters, which they are now, what all go on from. */
  void step() {
    for (Slot slot : slots) {
      Tensor value = slot.parameter.value();
      add(slot.last, 1, value, -1); // the gradient
      add(value, 1, slot.momentum, constants.momentum());
      add(slot.momentum, constants.momentum(), value, 1);
      add(slot.last, 1, value, -constants.rate());
    }
    begin();
  }

  private void add(Tensor from, double factor, Tensor to, double beta) {
    long[] shape = from.shape();
    int rows = shape.length == 1 ? 1 : Math.toIntExact(shape[0]);
    kernels.add(from, factor, to, beta, rows);
  }

  /** The momentum; the last parameters are those of the checkpoint. */
  List<StateTensor> state() {
    return slots.stream()
        .map(slot -> StateTensor.of(slot.parameter, ".outer_momentum", slot.momentum))
        .toList();
  }

  long bytes() {
    return slots.stream().mapToLong(slot -> slot.last.bytes() + slot.momentum.bytes()).sum();
  }
}
