/**
 * Wires the stages: configuration, command line, Spark session, and {@link dev.hone.jobs.Hone}, the
 * same steps as a Java API.
 */
package dev.hone.jobs;
