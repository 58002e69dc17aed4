package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One render of a template: its context, its text so far, and the generation blocks in it. */
public final class Rendering {
  /**
   * Text of a generation block, in code points of the whole text. Of a block within a macro or a
   * {@code set} it is counted from what was written before, as Transformers does.
   */
  public record Generation(int start, int end) {}

  private final Render render;
  private final Map<String, Value> context;
  private final TextBuilder out;
  private final List<Generation> generations = new ArrayList<>();
  private int counted;
  private int codePoints;

  Rendering(Render render, Map<String, Value> context) {
    this.render = render;
    this.context = context;
    this.out = new TextBuilder(render);
  }

  Render render() {
    return render;
  }

  /** The variable of the context; null if there is none. */
  Value resolve(String name) {
    return context.get(name);
  }

  /** The text. */
  public TextBuilder out() {
    return out;
  }

  /** The generation blocks in the order in which they ended. */
  public List<Generation> generations() {
    return generations;
  }

  void generated(int length) {
    codePoints += out.codePoints(counted, out.length());
    counted = out.length();
    generations.add(new Generation(codePoints, codePoints + length));
  }
}
