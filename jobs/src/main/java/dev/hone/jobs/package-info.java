/** hone jobs. */
package dev.hone.jobs;
