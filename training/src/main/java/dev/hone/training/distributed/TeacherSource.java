package dev.hone.training.distributed;

/**
 * A model to learn from.
 *
 * @param model {@code teacher_model}; it is only asked
 * @param topK {@code kd_top_k}: tokens of each target that are kept of what it says
 */
public record TeacherSource(ModelSource model, int topK) {}
