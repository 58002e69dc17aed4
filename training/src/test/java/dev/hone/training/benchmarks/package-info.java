/**
 * Each kernel beside the reference that says what it means, timed by JMH. Compiled with the tests,
 * and run by the profile {@code jmh} alone; CONTRIBUTING.md has the command.
 */
package dev.hone.training.benchmarks;
