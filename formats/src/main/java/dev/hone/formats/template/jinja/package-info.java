/**
 * Jinja for the chat templates of models, as Transformers renders them. {@link
 * dev.hone.formats.template.jinja.JinjaTemplate} is the way in; the packages below it are its
 * parts.
 */
package dev.hone.formats.template.jinja;
