package dev.hone.jobs.scoring;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.tables.GenerationRow;

/**
 * Two answers to one question.
 *
 * @param asked the turns before the answer
 * @param mine of the model that is measured
 * @param other of the model that it is compared with
 */
public record Pair(Conversation asked, GenerationRow mine, GenerationRow other) {}
