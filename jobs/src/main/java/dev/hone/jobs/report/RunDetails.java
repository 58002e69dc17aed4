package dev.hone.jobs.report;

import dev.hone.formats.tables.EvalRewardRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tables.PrepCountRow;
import dev.hone.formats.tables.QualityRow;
import java.util.List;

/**
 * What a page shows of a run beside its numbers.
 *
 * @param refused records of its datasets in quarantine, by reason
 * @param generations the first prompts of each set, at the steps of {@link AnswerSection#shown}
 * @param rewards of the first and the last evaluation of each set of pairs
 * @param documents of its preparation
 */
record RunDetails(
    RunStory story,
    RankStory ranks,
    List<QualityRow> quality,
    List<PrepCountRow> counts,
    List<Refusals> refused,
    List<GenerationRow> generations,
    List<EvalRewardRow> rewards,
    Documents documents) {

  /**
   * Records refused for one reason.
   *
   * @param example what was said of one of them; empty if no text is wanted
   */
  record Refusals(String dataset, String stage, String reason, long records, String example) {}

  /**
   * Some documents, or the reason why there is none.
   *
   * @param missing empty if there are some
   */
  record Documents(List<PackedDocument> documents, String missing) {}
}
