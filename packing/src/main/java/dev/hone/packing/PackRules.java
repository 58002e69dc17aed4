package dev.hone.packing;

import java.io.Serializable;

/**
 * How samples come together.
 *
 * @param strategy which share a pack
 * @param capacity tokens that fit in a pack
 * @param examples which documents are packed; the answers of a pair never part
 */
record PackRules(PackingStrategy strategy, int capacity, Examples examples)
    implements Serializable {}
