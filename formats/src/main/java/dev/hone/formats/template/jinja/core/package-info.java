/** What every part of the template engine knows: origins, failures and limits. */
package dev.hone.formats.template.jinja.core;
