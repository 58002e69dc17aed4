/**
 * Whether a new version of a model is good enough to be used: conditions, and what they rest on.
 */
package dev.hone.jobs.nightly.gate;
