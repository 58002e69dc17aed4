/**
 * What the driver measures of answers that ranks have generated: whether a query returns what the
 * expected one does, and which of two answers a judge finds better. {@link
 * dev.hone.jobs.scoring.PlainQuery} says what a query that a model wrote may do.
 */
package dev.hone.jobs.scoring;
