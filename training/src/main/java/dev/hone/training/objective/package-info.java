/**
 * What training minimises. Losses over pairs of answers say what a pair costs and how that changes
 * with the log-probability of each answer; an {@link dev.hone.training.objective.Objective} turns
 * rows into such numbers and their derivatives into gradients. Formulas of the pair losses are in
 * the notation of Rafailov et al. 2023: {@code r = log pi(y|x) - log ref(y|x)} of the chosen (w)
 * and the rejected (l) answer.
 */
package dev.hone.training.objective;
