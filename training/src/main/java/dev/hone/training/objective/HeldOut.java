package dev.hone.training.objective;

import dev.hone.training.data.PackSource;
import java.util.function.Supplier;

/**
 * Held-out packs as an objective reads them.
 *
 * @param packs they themselves
 * @param loss of all of them together, without gradients, of the model as it is when asked
 */
public record HeldOut(PackSource packs, Supplier<StepLoss> loss) {}
