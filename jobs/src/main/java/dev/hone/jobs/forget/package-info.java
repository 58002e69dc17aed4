/**
 * Records taken out of a warehouse for good: {@code hone forget}. What is to go is written down
 * first, as hashes in table {@code forgotten}; {@code documents}, which has what the other tables
 * are searched by, goes last. So a call that was cut off is gone on with by the next one.
 */
package dev.hone.jobs.forget;
