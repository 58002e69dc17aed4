/**
 * What {@code bin/quickstart} needs beside the pipeline itself: the corpus it trains on, and the
 * report at its end.
 */
package dev.hone.jobs.quickstart;
