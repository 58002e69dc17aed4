/** The tab of the Spark UI that shows runs while they go on. */
package dev.hone.jobs.ui;
