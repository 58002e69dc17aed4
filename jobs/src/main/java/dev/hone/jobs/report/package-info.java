/**
 * What the tables of a warehouse say of runs, for people: two of them side by side, and one as a
 * page. Nothing here trains or writes a table.
 */
package dev.hone.jobs.report;
