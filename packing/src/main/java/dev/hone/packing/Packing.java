package dev.hone.packing;

import dev.hone.formats.HoneException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How samples come together: the values of {@code packing_strategy}, which are TRL's. */
public enum Packing {
  /** Best fit decreasing; samples stay whole. */
  BFD(ExcessLength.DROP),
  /** The same; documents that are too long are cut into pieces of {@code sequence_len} tokens. */
  BFD_SPLIT(ExcessLength.SPLIT_TOKENS),
  /** One after the other, cut where a pack is full. */
  WRAPPED(ExcessLength.WHOLE),
  /** One sample a pack: {@code sample_packing: false}. */
  NONE(ExcessLength.DROP),
  /** Pairs of answers, best fit decreasing; a pack has room for two samples of the full length. */
  PAIRS(ExcessLength.DROP),
  /** One pair a pack: pairs with {@code sample_packing: false}. */
  PAIR(ExcessLength.DROP),
  /** Labelled answers, best fit decreasing. */
  ANSWERS(ExcessLength.DROP),
  /** One labelled answer a pack: those with {@code sample_packing: false}. */
  ANSWER(ExcessLength.DROP);

  private final ExcessLength excessLength;

  Packing(ExcessLength excessLength) {
    this.excessLength = excessLength;
  }

  /**
   * A value of the key.
   *
   * @throws HoneException for any other value
   */
  public static Packing named(String value) {
    for (Packing packing : values()) {
      if (packing.key().equals(value)) {
        return packing;
      }
    }
    throw new HoneException(
        "packing_strategy: '%s' is unknown; use one of %s"
            .formatted(
                value,
                Arrays.stream(values()).map(Packing::key).collect(Collectors.joining(", "))));
  }

  /** The value of the configuration key. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What becomes of documents that are too long, where no {@code excess_length_strategy} says. */
  public ExcessLength excessLength() {
    return excessLength;
  }

  /** Which documents it is for. */
  public Examples examples() {
    return switch (this) {
      case BFD, BFD_SPLIT, WRAPPED, NONE -> Examples.TEXTS;
      case PAIRS, PAIR -> Examples.PAIRS;
      case ANSWERS, ANSWER -> Examples.LABELLED;
    };
  }

  /** Tokens that fit in a pack: of pairs, two samples of the full length. */
  public int capacity(int sequenceLen) {
    return examples() == Examples.PAIRS ? 2 * sequenceLen : sequenceLen;
  }

  /**
   * The rules.
   *
   * @param fileOrder whether packs are trained in the order of the files: packing must then keep it
   */
  PackRules rules(int sequenceLen, boolean fileOrder) {
    PackingStrategy strategy =
        switch (this) {
          case BFD, BFD_SPLIT, PAIRS, ANSWERS ->
              fileOrder ? new NextFit() : new BestFitDecreasing();
          case WRAPPED -> new Wrapped();
          case NONE, PAIR, ANSWER -> new NoPacking();
        };
    return new PackRules(strategy, capacity(sequenceLen), examples());
  }
}
