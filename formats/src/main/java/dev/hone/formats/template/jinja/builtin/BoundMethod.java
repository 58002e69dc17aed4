package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.value.Args;
import dev.hone.formats.template.jinja.value.Callable;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;

/** A method with the value that it was taken from. */
final class BoundMethod extends Callable {
  private final Value self;
  private final Builtin method;

  BoundMethod(Value self, Builtin method) {
    this.self = self;
    this.method = method;
  }

  @Override
  public Value call(Render render, Args args) {
    List<Value> positional = new ArrayList<>(args.positional().size() + 1);
    positional.add(self);
    positional.addAll(args.positional());
    return method.call(render, new Args(positional, args.named()));
  }

  @Override
  public String type() {
    return "builtin_function_or_method";
  }

  @Override
  public void repr(TextBuilder out) {
    out.append("<built-in method %s of %s object>".formatted(method.name(), self.type()), null);
  }
}
