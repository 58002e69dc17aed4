package dev.hone.jobs.tracking;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Something of a run that a tracker keeps. Texts of the corpus are never part of one. */
sealed interface TrackedEvent {

  /** When it happened. */
  Instant at();

  /** Optimizer steps done. */
  long step();

  /**
   * Metrics of training.
   *
   * @param epoch epochs done
   * @param values by TRL's names, in the order in which they are shown
   */
  record Metrics(Instant at, long step, double epoch, Map<String, Double> values)
      implements TrackedEvent {
    public Metrics {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /**
   * One number of an evaluation.
   *
   * @param epoch epochs done
   * @param dataset the evaluation set
   * @param key the number's name as TRL has it: {@code eval_loss}; an exact match is named by its
   *     set too, {@code eval_qa_exact_match}, as there may be several
   * @param n tokens or rows that it is the mean of
   */
  record Evaluation(
      Instant at, long step, double epoch, String dataset, String key, double value, long n)
      implements TrackedEvent {

    /** The name of a number that {@code evals} calls {@code name}. */
    static String key(String dataset, String name) {
      if (name.equals("exact_match")) {
        return "eval_" + dataset + "_" + name;
      }
      return name.startsWith("eval_") ? name : "eval_" + name;
    }
  }

  /**
   * Anything else: a checkpoint, a skipped step, a warning.
   *
   * @param kind one word
   * @param facts what there is to say of it, by name
   */
  record Note(Instant at, long step, String kind, Map<String, String> facts)
      implements TrackedEvent {
    public Note {
      facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }
  }
}
