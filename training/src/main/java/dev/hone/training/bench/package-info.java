/** Training steps timed without Spark. */
package dev.hone.training.bench;
