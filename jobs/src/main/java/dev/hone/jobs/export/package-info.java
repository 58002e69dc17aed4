/** A trained model to the files that others open, each measured against the model itself first. */
package dev.hone.jobs.export;
