/** Landing files, tables and queries to the tables {@code documents} and {@code quarantine}. */
package dev.hone.ingest;
