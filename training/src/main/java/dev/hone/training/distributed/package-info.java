/**
 * Training inside Spark, and the only package of this module that knows Spark: a barrier stage
 * whose ranks read packs, train, and report to the driver while they run.
 */
package dev.hone.training.distributed;
