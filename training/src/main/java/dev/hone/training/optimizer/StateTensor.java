package dev.hone.training.optimizer;

import dev.hone.training.kernels.Tensor;
import dev.hone.training.model.Parameter;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of an optimizer's state.
 *
 * @param name the parameter's name and what it is of it, as in {@code lm_head.weight.exp_avg}
 * @param codes whether its elements are bytes, the numbers 0 to 255, and not floats
 * @param whole shape of what has that name; the tensor may be a run of its elements
 * @param from number of the tensor's first element in the whole
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares states.
public record StateTensor(String name, Tensor tensor, boolean codes, long[] whole, long from) {

  private static final Pattern OF_RANK = Pattern.compile("rank(\\d+)\\.");

  /** A whole tensor of floats. */
  public StateTensor(String name, Tensor tensor) {
    this(name, tensor, false, tensor.shape(), 0);
  }

  /** The same as the state that a rank has for itself, such as {@code rank0.<name>}. */
  public StateTensor ofRank(int rank) {
    return new StateTensor("rank" + rank + "." + name, tensor, codes, whole, from);
  }

  /** The rank that has a state of that name for itself, if one has. */
  public static OptionalInt rankOf(String name) {
    Matcher matcher = OF_RANK.matcher(name);
    return matcher.lookingAt()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  /** Floats, one for each element of a parameter. */
  public static StateTensor of(Parameter parameter, String what, Tensor tensor) {
    return new StateTensor(
        parameter.name() + what, tensor, false, parameter.whole(), parameter.from());
  }
}
