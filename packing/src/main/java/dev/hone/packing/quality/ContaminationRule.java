package dev.hone.packing.quality;

import java.util.List;

/**
 * What training rows must not share with evaluation rows.
 *
 * @param ngram {@code decontamination_ngram}: words in a row
 * @param datasets names of those that are evaluated on: {@code test_datasets}, {@code
 *     question_datasets} and {@code exact_match_datasets}
 */
public record ContaminationRule(int ngram, List<String> datasets) {
  /** A row with fewer words than this says too little to be recognised. */
  public static final int FEWEST_WORDS = 4;

  /** What so many rows of an evaluation set share is how they are worded, not what they ask. */
  public static final int ROWS_WITH_WORDING = 10;

  public ContaminationRule {
    datasets = List.copyOf(datasets);
  }
}
