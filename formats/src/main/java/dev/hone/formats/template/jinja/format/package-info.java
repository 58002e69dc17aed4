/** Text of values: JSON, HTML escapes, {@code %} and {@code format}. */
package dev.hone.formats.template.jinja.format;
