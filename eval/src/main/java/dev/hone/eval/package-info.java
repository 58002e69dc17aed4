/** hone eval. */
package dev.hone.eval;
