package dev.hone.formats.model;

/**
 * A tensor that a model must have.
 *
 * @param name Hugging Face's name, such as {@code model.layers.0.self_attn.q_proj.weight}
 * @param gguf GGUF's name, such as {@code blk.0.attn_q.weight}
 * @param shape {@code [out, in]} or {@code [C]}
 */
public record TensorSpec(String name, String gguf, long[] shape) {}
