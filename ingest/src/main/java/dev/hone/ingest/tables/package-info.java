/**
 * The Delta tables of {@code formats.tables} in Spark: schemas and rows made from the record types,
 * and a {@link dev.hone.ingest.tables.Warehouse} that creates, reads and writes them.
 */
package dev.hone.ingest.tables;
