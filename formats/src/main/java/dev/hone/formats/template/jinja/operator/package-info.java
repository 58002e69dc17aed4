/** What Python's operators compute. */
package dev.hone.formats.template.jinja.operator;
