/**
 * The same model every night: what is new in the warehouse is trained into a new version, which is
 * used from then on if it is good enough. {@link dev.hone.jobs.nightly.Nightly} is the story of one
 * night; {@link dev.hone.jobs.nightly.Models} is what is remembered from one to the next.
 */
package dev.hone.jobs.nightly;
