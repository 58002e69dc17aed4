/** Packs as a rank reads them: from a local file, in an order that a seed and an epoch decide. */
package dev.hone.training.data;
