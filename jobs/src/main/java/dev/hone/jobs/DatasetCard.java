package dev.hone.jobs;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The README.md of an exported folder: by its head {@code datasets.load_dataset} knows the files.
 */
final class DatasetCard {
  private DatasetCard() {}

  static String of(String prepId, List<PackExport.Split> splits, List<PackColumns> columns) {
    StringBuilder text =
        new StringBuilder("---\nconfigs:\n- config_name: default\n  data_files:\n");
    for (PackExport.Split split : splits) {
      text.append(
          "  - split: %s\n    path: data/%s-*.parquet\n".formatted(split.split(), split.split()));
    }
    text.append(
        """
        ---

        # Packed training data

        Packs of hone's preparation `%s`, in the order of `pack_id`; columns %s.

        | split | packs | tokens | trained |
        |---|---|---|---|
        """
            .formatted(
                prepId,
                columns.stream()
                    .map(column -> "`" + column.columnName() + "`")
                    .collect(Collectors.joining(", "))));
    for (PackExport.Split split : splits) {
      text.append(
          "| %s | %d | %d | %d |\n"
              .formatted(split.split(), split.packs(), split.tokens(), split.trained()));
    }
    return text.toString();
  }
}
