/** From the syntax tree to nodes that can be run, and what they need while they run. */
package dev.hone.formats.template.jinja.eval;
