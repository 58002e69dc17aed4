/**
 * NF4, the four-bit floats of QLoRA (Dettmers et al. 2023, section 3), as bitsandbytes computes
 * them: 64 consecutive elements share their largest magnitude, and each is one of 16 parts of it.
 */
package dev.hone.formats.model.nf4;
