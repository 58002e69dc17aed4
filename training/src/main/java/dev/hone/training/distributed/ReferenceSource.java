package dev.hone.training.distributed;

/**
 * A reference model of its own, beside the one that is trained.
 *
 * @param model {@code ref_model}, or what training starts from; it is only asked
 * @param stored {@code precompute_ref_log_probs}: whether what it says is kept in {@code
 *     reference_logps}; else each run asks it before the first step
 */
public record ReferenceSource(ModelSource model, boolean stored) {}
