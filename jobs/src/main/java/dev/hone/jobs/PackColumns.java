package dev.hone.jobs;

import dev.hone.formats.HoneException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/**
 * A pack in the columns that other trainers read, each an array of integers as long as the pack but
 * for {@code seq_lengths}.
 *
 * <pre>{@code
 * document_starts 0, 3     input_ids 7 8 9 4 5     loss_weights 0 1 1 0 1
 *
 * labels          -100 8 9 -100 5      -100 = no loss
 * position_ids       0 1 2    0 1      from 0 in every document
 * seq_lengths        3 2               the documents' lengths
 * attention_mask     1 1 1    1 1      no token is padding
 * }</pre>
 */
public enum PackColumns {
  /** The tokens. */
  INPUT_IDS("input_ids"),

  /** The token where it is trained, else -100. A weight between 0 and 1 becomes 1. */
  LABELS("zip_with(input_ids, loss_weights, (id, w) -> IF(w > 0, id, -100))"),

  /** Where the token stands in its document: Transformers finds the documents by it. */
  POSITION_IDS("flatten(transform(%1$s, n -> sequence(0, n - 1)))".formatted(Lengths.SQL)),

  /** What TRL's {@code padding_free} finds the documents by. */
  SEQ_LENGTHS(Lengths.SQL),

  /**
   * All ones. With it, Transformers keeps documents apart only in flash attention, so it is written
   * only on demand.
   */
  ATTENTION_MASK("array_repeat(1, length)");

  /** What is written unless something else is asked for. */
  public static final List<PackColumns> DEFAULT =
      List.of(INPUT_IDS, LABELS, POSITION_IDS, SEQ_LENGTHS);

  private final String sql;

  PackColumns(String sql) {
    this.sql = sql;
  }

  /** The name that TRL, Axolotl and Transformers know it by. */
  public String columnName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The column, made from those of table {@code packs}. */
  public Column column() {
    return functions.expr(sql).as(columnName());
  }

  /**
   * The columns of their names.
   *
   * @throws HoneException if there is no such column, or none is named
   */
  public static List<PackColumns> named(List<String> names) {
    return names.stream().distinct().map(PackColumns::named).toList();
  }

  private static PackColumns named(String name) {
    return Arrays.stream(values())
        .filter(column -> column.columnName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new HoneException(
                    "--columns: a pack has no '%s'; use some of %s"
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(PackColumns::columnName)
                                .collect(Collectors.joining(", ")))));
  }

  /** From each start to the next one, or to the end. */
  private static final class Lengths {
    static final String SQL =
        "transform(document_starts, (s, i) -> coalesce(get(document_starts, i + 1), length) - s)";
  }
}
