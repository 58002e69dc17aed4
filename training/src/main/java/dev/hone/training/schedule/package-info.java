/** The learning rate of every step: how it grows, stays and falls over a run. */
package dev.hone.training.schedule;
