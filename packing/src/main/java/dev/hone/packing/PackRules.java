package dev.hone.packing;

import java.io.Serializable;

/**
 * How samples come together.
 *
 * @param strategy which share a pack
 * @param capacity tokens that fit in a pack
 * @param compares whether documents are pairs of answers, which never part
 */
record PackRules(PackingStrategy strategy, int capacity, boolean compares)
    implements Serializable {}
