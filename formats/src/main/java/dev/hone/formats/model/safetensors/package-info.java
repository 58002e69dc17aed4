/**
 * The safetensors container: 8 bytes of header length, a JSON header with each tensor's dtype,
 * shape and byte range, then the tensors, little-endian, back to back.
 */
package dev.hone.formats.model.safetensors;
