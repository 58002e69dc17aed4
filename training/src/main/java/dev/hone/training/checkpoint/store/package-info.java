/**
 * Where models lie: on this machine, in a bucket, or in any Hadoop file system. What a model is
 * made of is nothing these know of.
 */
package dev.hone.training.checkpoint.store;
