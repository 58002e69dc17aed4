/**
 * What a notebook shows: samples with their masks, rows, two runs side by side, and a run while it
 * goes on. All of it is HTML as text, so that no notebook's library is needed to make it.
 */
package dev.hone.jobs.notebook;
