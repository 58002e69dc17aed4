package dev.hone.training.parallel;

import dev.hone.training.collective.Exchange;
import dev.hone.training.objective.Objective;
import dev.hone.training.objective.StepLoss;
import dev.hone.training.optimizer.StateTensor;
import java.util.List;
import java.util.Optional;

/**
 * What a rank does in a step, and what it tells the others. All ranks make the same calls in the
 * same order.
 */
public interface RankMode {

  /**
   * What the gradients of a step came to.
   *
   * @param loss what was minimised, and what else the objective says
   * @param gradNorm {@code grad_norm}: L2 norm before clipping
   */
  record Passed(StepLoss loss, double gradNorm) {}

  /**
   * Forward and backward passes over what this rank has of a step.
   *
   * @param maxGradNorm {@code max_grad_norm}; 0: no clipping
   * @return empty if this rank has no part in the step
   * @throws dev.hone.formats.HoneException if nothing in the batch is trained, or a rank is lost
   */
  Optional<Passed> pass(Objective objective, RankBatch batch, double maxGradNorm);

  /** Whose passes are to be taken together: nobody's where each is of all ranks already. */
  Exchange measured();

  /**
   * Changes the parameters by the gradients of the last pass.
   *
   * @param last whether no other step follows
   */
  void step(double learningRate, boolean last);

  /**
   * The same of a step that is not taken: the parameters of this rank, and what is remembered of
   * them, stay as they are.
   *
   * @param last whether no other step follows
   */
  void skip(boolean last);

  /** Whether all ranks have the same parameters now: when a model can be saved and measured. */
  boolean isTogether();

  /**
   * Before a model is saved: every rank gets the parameters that each answers for, to the last bit.
   * Between steps ranks may tell each other rounded ones.
   */
  void makeExact();

  /** After the last step: makes the parameters what is to be kept, on every rank. */
  void finish();

  /**
   * The state that this rank holds: tensors and runs of tensors, which with those of all other
   * ranks are whole.
   *
   * @param ranks how many ranks saved the state, or will have
   */
  List<StateTensor> state(int ranks);

  /** Says how many steps the state has behind it, after the tensors of {@link #state} were set. */
  void resumeAt(long steps);

  /**
   * Nanoseconds of all calls to other ranks so far in which this rank computed, as they went on
   * beside its work.
   */
  default long besideNanos() {
    return 0;
  }

  /** Bytes of the state that this rank holds: {@code optimizer_state_bytes}. */
  long stateBytes();

  /** Bytes of native memory for what is on its way between ranks. */
  long exchangeBytes();
}
