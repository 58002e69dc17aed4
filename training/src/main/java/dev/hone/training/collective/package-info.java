/**
 * How the ranks of a run add up and share numbers. Pure Java over host memory: no Spark, no ND4J,
 * so that the same code runs between threads in a test and between machines.
 */
package dev.hone.training.collective;
