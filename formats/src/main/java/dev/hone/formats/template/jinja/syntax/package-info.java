/** From the text of a template to its syntax tree: Jinja 3.1's grammar with trimmed blocks. */
package dev.hone.formats.template.jinja.syntax;
