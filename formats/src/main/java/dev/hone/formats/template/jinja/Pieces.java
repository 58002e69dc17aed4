package dev.hone.formats.template.jinja;

import java.util.List;

/**
 * A text in pieces, as a value of {@link RenderInput}: a template sees one string, and the origin
 * of each character tells its piece as the element of a list, such as {@code content[1]}.
 */
public record Pieces(List<String> texts) {
  public Pieces {
    texts = List.copyOf(texts);
  }
}
