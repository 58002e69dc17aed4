package dev.hone.jobs.config;

/**
 * Whom a model learns from.
 *
 * @param model {@code teacher_model}
 * @param topK {@code kd_top_k}
 */
public record Teacher(String model, int topK) {}
