/**
 * Everything a template can call: filters, tests, functions and methods, each one entry of a table.
 */
package dev.hone.formats.template.jinja.builtin;
