package dev.hone.packing;

import static org.apache.spark.sql.functions.col;

import com.google.common.collect.Iterators;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Which documents are in a mix, how often, and in which order: found from ids and lengths alone.
 *
 * <p>A dataset is taken in the order of its source, as often as it is repeated, the part last. Each
 * document stands at the middle of its stretch of the dataset, as a part of the whole, and the mix
 * goes by these places; at equal ones the dataset that is listed first is first.
 *
 * <p>Worked example, 4 rows {@code a b c d} and 2 rows {@code x y}: places 1/8 3/8 5/8 7/8 and 1/4
 * 3/4 give {@code a x b c y d}.
 *
 * @param ranks columns record_id, copy (from 0), pieces (by how much the pieces of each copy are
 *     numbered on) and rank (from 0)
 * @param size how many they are
 * @param taken what was taken of each dataset, in the order of the configuration
 */
record MixOrder(Dataset<Row> ranks, long size, List<Taken> taken) {
  private static final StructType CHOSEN =
      StructType.fromDDL(
          "record_id STRING NOT NULL, dataset_no INT NOT NULL, position BIGINT NOT NULL,"
              + " pieces BIGINT NOT NULL, own BIGINT NOT NULL, part BIGINT NOT NULL,"
              + " documents BIGINT NOT NULL, copies BIGINT NOT NULL, tokens_in BIGINT NOT NULL");

  private static final StructType PLACES =
      StructType.fromDDL(
          "record_id STRING NOT NULL, dataset_no INT NOT NULL, position BIGINT NOT NULL,"
              + " pieces BIGINT NOT NULL, copy BIGINT NOT NULL, place DOUBLE NOT NULL,"
              + " everything INT NOT NULL, one BIGINT NOT NULL");

  /**
   * What was taken of a dataset.
   *
   * @param rows that there were
   * @param tokens of them
   * @param documents that were taken at least once
   * @param copies of them, all together
   * @param tokensIn of all copies, with what was dropped from them
   */
  record Taken(long rows, long tokens, long documents, long copies, long tokensIn) {}

  /**
   * Plans a mix.
   *
   * @param documents see {@link MixDocuments}
   * @param names of the datasets, in their order
   * @param kept has what the ranks are read from
   */
  static MixOrder of(Dataset<Row> documents, Mix mix, List<String> names, Kept kept) {
    RunningSums byHash =
        RunningSums.of(
            documents,
            kept,
            "dataset_no",
            List.of("own", "documents", "tokens"),
            "dataset_no",
            "hash",
            "record_id");
    List<Long> there = each(names, no -> byHash.total(no, 0));
    List<MixTarget> targets = MixTarget.of(mix, there, names);
    RunningSums byPosition =
        RunningSums.of(
            chosen(byHash.rows(), targets),
            kept,
            "dataset_no",
            List.of("own", "part", "documents", "copies", "tokens_in"),
            "position");
    List<Long> all =
        each(names, no -> targets.get(no).whole() * there.get(no) + byPosition.total(no, 1));
    RunningSums byPlace =
        RunningSums.of(
            places(byPosition.rows(), targets, there, all),
            kept,
            "everything",
            List.of("one"),
            "place",
            "dataset_no",
            "copy",
            "position");
    List<Taken> taken =
        each(
            names,
            no ->
                new Taken(
                    byHash.total(no, 1),
                    byHash.total(no, 2),
                    byPosition.total(no, 2),
                    byPosition.total(no, 3),
                    byPosition.total(no, 4)));
    return new MixOrder(
        byPlace
            .rows()
            .select(col("record_id"), col("copy"), col("pieces"), col("one_before").as("rank")),
        byPlace.total(0, 0),
        taken);
  }

  private static <T> List<T> each(List<String> names, IntFunction<T> of) {
    return IntStream.range(0, names.size()).mapToObj(of).toList();
  }

  /** The documents of which the mix has a copy, and how many it has. */
  private static Dataset<Row> chosen(Dataset<Row> byHash, List<MixTarget> targets) {
    List<MixTarget> all = new ArrayList<>(targets); // which Spark can send
    FlatMapFunction<Row, Row> task =
        row -> {
          MixTarget target = all.get(row.<Integer>getAs("dataset_no"));
          long own = row.getAs("own");
          int more = target.takes(row.getAs("own_before"), own) ? 1 : 0;
          long copies = target.whole() + more;
          return copies == 0
              ? Iterators.forArray()
              : Iterators.singletonIterator(
                  RowFactory.create(
                      row.getAs("record_id"),
                      row.getAs("dataset_no"),
                      row.getAs("position"),
                      row.getAs("pieces"),
                      own,
                      more * own,
                      1L,
                      copies,
                      copies * row.<Long>getAs("tokens_in")));
        };
    return byHash.flatMap(task, Encoders.row(CHOSEN));
  }

  /** A row for each copy. */
  private static Dataset<Row> places(
      Dataset<Row> byPosition, List<MixTarget> targets, List<Long> there, List<Long> all) {
    long[] whole = targets.stream().mapToLong(MixTarget::whole).toArray();
    long[] inCopy = there.stream().mapToLong(Long::longValue).toArray();
    long[] inMix = all.stream().mapToLong(Long::longValue).toArray();
    FlatMapFunction<Row, Row> task =
        row -> {
          int no = row.getAs("dataset_no");
          long own = row.getAs("own");
          return LongStream.range(0, row.<Long>getAs("copies"))
              .mapToObj(
                  copy ->
                      RowFactory.create(
                          row.getAs("record_id"),
                          no,
                          row.getAs("position"),
                          row.getAs("pieces"),
                          copy,
                          MixTarget.place(
                              copy * inCopy[no]
                                  + row.<Long>getAs(
                                      copy < whole[no] ? "own_before" : "part_before"),
                              own,
                              inMix[no]),
                          0,
                          1L))
              .iterator();
        };
    return byPosition.flatMap(task, Encoders.row(PLACES));
  }
}
