/**
 * Values as Python has them, whose text knows where each of its characters came from. No grammar of
 * templates here.
 */
package dev.hone.formats.template.jinja.value;
