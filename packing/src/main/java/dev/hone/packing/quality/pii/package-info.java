/** Finds personal data in text, kind by kind, in time linear in the text. */
package dev.hone.packing.quality.pii;
