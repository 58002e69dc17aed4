package dev.hone.packing;

import dev.hone.formats.template.TemplateChoice;
import dev.hone.formats.tokenizer.MaskRules;
import java.io.Serializable;
import java.util.Objects;

/**
 * One {@code datasets:} entry as a preparation sees it: which documents, and how they become
 * tokens.
 *
 * @param name the value of {@code documents.dataset}
 * @param chatTemplate what renders its conversations
 * @param maskRules which tokens carry loss
 * @param excessLength {@code excess_length_strategy}: what becomes of documents that are too long
 * @param sample {@code num_samples}: which of its documents
 */
public record PrepDataset(
    String name,
    TemplateChoice chatTemplate,
    MaskRules maskRules,
    ExcessLength excessLength,
    RowSample sample)
    implements Serializable {
  /** A dataset of which all documents are taken. */
  public PrepDataset(
      String name, TemplateChoice chatTemplate, MaskRules maskRules, ExcessLength excessLength) {
    this(name, chatTemplate, maskRules, excessLength, RowSample.ALL);
  }

  public PrepDataset {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(chatTemplate, "chatTemplate");
    Objects.requireNonNull(maskRules, "maskRules");
    Objects.requireNonNull(excessLength, "excessLength");
    Objects.requireNonNull(sample, "sample");
  }
}
