/**
 * The column contract of every Delta table: one record type a table, in lower camel case, whose
 * components are its columns in snake case. {@code ingest.tables} makes Spark schemas, column
 * comments and rows from them by reflection, so a column is named and described in one place.
 *
 * <p>Types: {@code String} STRING, {@code long} BIGINT, {@code int} INT, {@code double} DOUBLE,
 * {@code float} FLOAT, {@code boolean} BOOLEAN, {@code java.time.Instant} TIMESTAMP, {@code int[]},
 * {@code float[]}, {@code List<String>} ARRAY; {@code Optional} of one of them is a nullable
 * column, anything else is not nullable.
 */
package dev.hone.formats.tables;
