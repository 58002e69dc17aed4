package dev.hone.training.checkpoint;

/**
 * How far a run has come.
 *
 * @param step {@code global_step}: optimizer steps done
 * @param epoch epochs done
 * @param tokens {@code num_tokens} read by all ranks
 * @param skipped {@code skipped_steps}: those of them that were not taken
 * @param seed of data order and dropout
 * @param ranks how many there are
 */
public record Progress(long step, double epoch, long tokens, long skipped, long seed, int ranks) {}
