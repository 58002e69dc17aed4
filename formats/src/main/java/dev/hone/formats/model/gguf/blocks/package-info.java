/**
 * ggml's block formats: a fixed number of elements shares scales, so that an element takes 4 to 9
 * bits. Every decoder does the arithmetic of the reference decoder ({@code gguf.quants} of the
 * Python package) in the same order and in float32, so that the values are equal to the last bit.
 */
package dev.hone.formats.model.gguf.blocks;
