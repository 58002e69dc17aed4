package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Value;

/** The variables of a function that is being run, and where it writes. A null slot is undefined. */
final class Frame {
  final Rendering rendering;
  final Render render;
  final Frame outer;
  final Value[] slots;
  TextBuilder out;

  Frame(Rendering rendering, Frame outer, int slots, TextBuilder out) {
    this.rendering = rendering;
    this.render = rendering.render();
    this.outer = outer;
    this.slots = new Value[slots];
    this.out = out;
  }

  /** The frame of a function so many functions further out. */
  Frame out(int hops) {
    Frame frame = this;
    for (int i = 0; i < hops; i++) {
      frame = frame.outer;
    }
    return frame;
  }
}
