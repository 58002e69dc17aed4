/**
 * How ranks train one model together: which of them holds what, what they tell each other in a
 * step, and when. {@link dev.hone.training.parallel.RankMode} is the door: the trainer's loop sees
 * nothing else, whether there is one rank or many.
 */
package dev.hone.training.parallel;
