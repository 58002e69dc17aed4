package dev.hone.jobs.notebook;

import dev.hone.jobs.ui.RunsHtml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A piece of a page that brings its own rules, and none that reach beyond it. It needs no script,
 * no other file and no network.
 */
final class Fragment {
  private Fragment() {}

  static String of(String html) {
    return "<style>"
        + RunsHtml.css()
        + css()
        + "</style><div id=\"hone-training\" class=\"hone-cell\">"
        + html
        + "</div>";
  }

  private static String css() {
    try (InputStream in = Fragment.class.getResourceAsStream("notebook.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
