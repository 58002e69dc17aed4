/** hone packing. */
package dev.hone.packing;
