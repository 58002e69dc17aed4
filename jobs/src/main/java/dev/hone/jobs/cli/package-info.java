/**
 * The command line. Results go to standard output, notices and errors to standard error, one line
 * each; the exit status is 0, 1 after an error, 2 after a wrong call.
 */
package dev.hone.jobs.cli;
