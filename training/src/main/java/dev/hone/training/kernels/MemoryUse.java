package dev.hone.training.kernels;

/**
 * What memory of a rank is for; see {@link Kernels#forUse}. In the order in which a plan lists it.
 */
public enum MemoryUse {
  /** Weights that are not trained, on the pages of their file. */
  FROZEN_MAPPED("frozen weights, mapped from their file"),
  /** Weights that are not trained, copied to memory of their own. */
  FROZEN("frozen weights"),
  /** The flat array of all trained weights. */
  TRAINED("trained weights"),
  /** The flat array of all gradients. */
  GRADIENTS("gradients"),
  /** Both moments of AdamW, and the average of the weights. */
  OPTIMIZER("optimizer state"),
  /** What is on its way between ranks. */
  EXCHANGE("buffers for the other ranks"),
  /** What blocks keep for the backward pass. */
  ACTIVATIONS("activations kept for the backward pass"),
  /** What all blocks use in turn. */
  SCRATCH("scratch that all blocks share"),
  /** The head: logits of so many rows at a time, and what belongs to them. */
  LOGITS("logits of a chunk of rows"),
  /** Operands that a single product needed in another type. */
  CONVERSIONS("operands converted for a product");

  private final String label;

  MemoryUse(String label) {
    this.label = label;
  }

  /** A few words for people. */
  public String label() {
    return label;
  }
}
