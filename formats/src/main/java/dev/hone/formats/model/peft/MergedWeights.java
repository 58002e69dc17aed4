package dev.hone.formats.model.peft;

import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.TensorSpec;
import dev.hone.formats.model.Weights;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The weights of a base model with an adapter in them, found as they are read: {@code W + scale · B
 * A}; with DoRA each row of that brought to its trained length, {@code m / ‖W + scale · B A‖ · (W +
 * scale · B A)} (Liu et al. 2024, equation 5); and what was trained whole in place of what it began
 * as. A head that was the embedding is a tensor of its own if one of the two was trained.
 *
 * <p>Worked example: W = [[1, 2], [3, 4]], B = [[1], [0]], A = [[2, -1]], scale 0.5: the first row
 * becomes [2, 1.5], the second stays.
 */
public final class MergedWeights implements Weights {
  private static final String HEAD = "lm_head.weight";
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String WEIGHT = ".weight";

  private final Weights base;
  private final PeftAdapter adapter;
  private final Map<String, TrainedParts.Part> parts;
  private final Set<String> names;

  /**
   * @param tensors of the base model
   * @param adapter opened for these
   */
  public MergedWeights(Weights base, List<TensorSpec> tensors, PeftAdapter adapter) {
    this.base = base;
    this.adapter = adapter;
    this.parts = adapter.config().settings().parts(tensors);
    this.names = new LinkedHashSet<>(base.names());
    if (parts.containsKey(EMBEDDING) || parts.containsKey(HEAD)) {
      names.add(HEAD);
    }
  }

  /** Whether the head was the embedding and is not any more. */
  public boolean parted() {
    return names.size() > base.names().size();
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(names);
  }

  /** Type and shape of what it is in the base model. */
  @Override
  public TensorInfo info(String name) {
    return base.info(source(name));
  }

  /** The tensor of the base model that one begins as. */
  String source(String name) {
    return name.equals(HEAD) && parted() ? EMBEDDING : name;
  }

  @Override
  public void readFloats(String name, long offset, FloatBuffer target) {
    Optional<String> whole = Optional.ofNullable(parts.get(name)).map(TrainedParts.Part::file);
    if (whole.isPresent()) {
      adapter.weights().readFloats(whole.get(), offset, target);
      return;
    }
    String module = name.endsWith(WEIGHT) ? name.substring(0, name.length() - 7) : name;
    if (adapter.modules().containsKey(module)) {
      readMerged(module, offset, target);
    } else {
      base.readFloats(source(name), offset, target);
    }
  }

  /** Whole rows, of which the target may want a part. */
  private void readMerged(String module, long offset, FloatBuffer target) {
    int in = Math.toIntExact(adapter.modules().get(module)[1]);
    int r = adapter.config().settings().ranks().rankOf(module);
    float[] a = new float[r * in];
    adapter.weights().readFloats(PeftAdapter.nameOfA(module), FloatBuffer.wrap(a));
    float[] row = new float[in];
    float[] b = new float[r];
    long from = offset;
    while (target.hasRemaining()) {
      long number = from / in;
      int skipped = (int) (from % in);
      base.readFloats(module + WEIGHT, number * in, FloatBuffer.wrap(row));
      adapter.weights().readFloats(PeftAdapter.nameOfB(module), number * r, FloatBuffer.wrap(b));
      addBranch(row, a, b, adapter.config().settings().ranks().scaleOf(module));
      if (adapter.config().settings().dora()) {
        lengthen(row, magnitude(module, number));
      }
      int wanted = Math.min(in - skipped, target.remaining());
      target.put(row, skipped, wanted);
      from += wanted;
    }
  }

  private static void addBranch(float[] row, float[] a, float[] b, double scale) {
    for (int k = 0; k < b.length; k++) {
      float factor = (float) (scale * b[k]);
      for (int i = 0; i < row.length; i++) {
        row[i] += factor * a[k * row.length + i];
      }
    }
  }

  private static void lengthen(float[] row, float length) {
    double squares = 0;
    for (float value : row) {
      squares += (double) value * value;
    }
    double factor = length / Math.sqrt(squares);
    for (int i = 0; i < row.length; i++) {
      row[i] *= (float) factor;
    }
  }

  private float magnitude(String module, long row) {
    float[] one = new float[1];
    adapter.weights().readFloats(PeftAdapter.nameOfMagnitude(module), row, FloatBuffer.wrap(one));
    return one[0];
  }

  /** Nothing lies in a file as it is here. */
  @Override
  public Optional<FloatBuffer> mappedFloats(String name) {
    return Optional.empty();
  }
}
