/** hone ingest. */
package dev.hone.ingest;
