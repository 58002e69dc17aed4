/**
 * The training loop, without Spark: arguments, the plan they mean for a number of packs, and the
 * steps.
 */
package dev.hone.training.trainer;
