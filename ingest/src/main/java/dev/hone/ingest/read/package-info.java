/**
 * Files to records, inside a task: what is in a file, in which order, and what is broken. Nothing
 * here knows Spark, so that a task can run it over a part of a file and a test over a whole one.
 */
package dev.hone.ingest.read;
