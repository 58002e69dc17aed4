package dev.hone.training.checkpoint;

import java.io.Serializable;

/**
 * A model that has been written completely.
 *
 * @param step optimizer steps done
 * @param path its directory
 * @param format hf: a whole model; peft: an adapter
 * @param bytes size of all files
 * @param manifestSha256 hash of the manifest
 */
public record Saved(long step, String path, String format, long bytes, String manifestSha256)
    implements Serializable {}
