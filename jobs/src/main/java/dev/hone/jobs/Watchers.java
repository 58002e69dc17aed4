package dev.hone.jobs;

import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tables.RankRow;
import dev.hone.training.distributed.RankMachine;
import dev.hone.training.distributed.RunObserver;
import dev.hone.training.distributed.Straggler;
import dev.hone.training.trainer.StepMetrics;
import java.time.Duration;
import java.util.List;

/** Several observers of one run, told one after the other. */
record Watchers(List<RunObserver> all) implements RunObserver {

  @Override
  public void onAsked(String model, long missing) {
    all.forEach(one -> one.onAsked(model, missing));
  }

  @Override
  public void onRanks(List<RankMachine> machines) {
    all.forEach(one -> one.onRanks(machines));
  }

  @Override
  public void onRankSteps(List<RankRow> ranks) {
    all.forEach(one -> one.onRankSteps(ranks));
  }

  @Override
  public void onStraggler(Straggler straggler) {
    all.forEach(one -> one.onStraggler(straggler));
  }

  @Override
  public void onWarning(String line) {
    all.forEach(one -> one.onWarning(line));
  }

  @Override
  public void onLoaded(long baseWeightBytes) {
    all.forEach(one -> one.onLoaded(baseWeightBytes));
  }

  @Override
  public void onStarted(long optimizerStateBytes) {
    all.forEach(one -> one.onStarted(optimizerStateBytes));
  }

  @Override
  public boolean isStopAsked() {
    return all.stream().anyMatch(RunObserver::isStopAsked);
  }

  @Override
  public void onResumed(long step, String path) {
    all.forEach(one -> one.onResumed(step, path));
  }

  @Override
  public void onSkipped(long step, int rank, double loss, double gradNorm) {
    all.forEach(one -> one.onSkipped(step, rank, loss, gradNorm));
  }

  @Override
  public void onEndedEarly(long step, long totalSteps, String reason) {
    all.forEach(one -> one.onEndedEarly(step, totalSteps, reason));
  }

  @Override
  public void onMetrics(StepMetrics metrics, long totalSteps, Duration remaining) {
    all.forEach(one -> one.onMetrics(metrics, totalSteps, remaining));
  }

  @Override
  public void onEvaluation(EvalRow row) {
    all.forEach(one -> one.onEvaluation(row));
  }

  @Override
  public void onGeneration(GenerationRow row) {
    all.forEach(one -> one.onGeneration(row));
  }

  @Override
  public void onCheckpoint(CheckpointRow row) {
    all.forEach(one -> one.onCheckpoint(row));
  }

  @Override
  public void onDeleted(String path) {
    all.forEach(one -> one.onDeleted(path));
  }
}
