package dev.hone.packing.quality;

/**
 * Why a document is not trained on.
 *
 * @param filter what removed it
 * @param message for a person, as in {@code quarantine}; holds nothing of the text
 */
public record Removal(Filter filter, String message) {}
