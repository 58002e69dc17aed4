/**
 * Copies of a run's numbers for other tools: a file of JSON lines, TensorBoard, MLflow, wandb. The
 * tables stay the record; nothing that goes wrong here stops or slows a run.
 */
package dev.hone.jobs.tracking;
