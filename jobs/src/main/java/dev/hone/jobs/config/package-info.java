/**
 * The YAML: Axolotl's key names, read into immutable records. Every key stands in one table, {@code
 * keys.yaml}, from which validation, {@code hone validate} and {@code docs/config.md} are made.
 * Every problem is reported at once with file, line, key, value and what would be right; a
 * configuration is never rewritten silently.
 */
package dev.hone.jobs.config;
