package dev.hone.formats.tables;

import java.util.List;
import java.util.Optional;

/**
 * One row of training data. Attention never crosses a document start and positions restart there.
 */
@Table(
    name = "packs",
    schema = Table.Schema.DATA,
    comment = "One training sequence of one or more samples.",
    partitionedBy = {"prep_id"})
public record PackRow(
    @Column("The preparation it belongs to") String prepId,
    @Column("train or eval") String split,
    @Column(
            "Number of the pack in its preparation and split, from 0, with gaps where hone forget left nothing of a pack; the data order is a permutation of it")
        long packId,
    @Column("Token ids of all samples, one after the other") int[] inputIds,
    @Column("Weight of each token as a target; 0 = no loss") float[] lossWeights,
    @Column("Offset of the first token of each sample, ascending, first 0") int[] documentStarts,
    @Column("The document of each start") List<String> recordIds,
    @Column("The piece of that document, as in samples") int[] pieces,
    @Column(
            "Which answer each is: chosen or rejected of pairs, desirable or undesirable of labelled answers; null of other documents")
        Optional<List<String>> answers,
    @Column("Number of tokens") int length,
    @Column("Number of tokens with a loss weight above 0") int trainedTokens,
    @Column("length / sequence_len; of pairs of answers, / twice that") double fill,
    @Column(
            "How much better the chosen answer of each one's pair is, by the corpus, 0 where it does not say; null where it says so of none")
        Optional<List<Double>> margins) {

  /** A pack of which the corpus names no margin. */
  public PackRow(
      String prepId,
      String split,
      long packId,
      int[] inputIds,
      float[] lossWeights,
      int[] documentStarts,
      List<String> recordIds,
      int[] pieces,
      Optional<List<String>> answers,
      int length,
      int trainedTokens,
      double fill) {
    this(
        prepId,
        split,
        packId,
        inputIds,
        lossWeights,
        documentStarts,
        recordIds,
        pieces,
        answers,
        length,
        trainedTokens,
        fill,
        Optional.empty());
  }

  /** The better answer of a pair, in answers. */
  public static final String CHOSEN = "chosen";

  /** The other one. */
  public static final String REJECTED = "rejected";

  /** A labelled answer that is wanted, in answers. */
  public static final String DESIRABLE = "desirable";

  /** One that is not. */
  public static final String UNDESIRABLE = "undesirable";

  /** The word of a labelled answer. */
  public static String label(boolean wanted) {
    return wanted ? DESIRABLE : UNDESIRABLE;
  }

  /** Whether a word of answers is that of one to be made likelier. */
  public static boolean isWanted(String answer) {
    return answer.equals(CHOSEN) || answer.equals(DESIRABLE);
  }
}
