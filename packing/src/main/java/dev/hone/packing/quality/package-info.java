/** What decides whether a document is good enough to train on. Pure Java: no Spark, no tables. */
package dev.hone.packing.quality;
