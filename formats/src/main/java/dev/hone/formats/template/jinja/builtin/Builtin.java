package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.value.Args;
import dev.hone.formats.template.jinja.value.Callable;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Value;

/** A function of the engine. */
public final class Builtin extends Callable {
  /** What it does. */
  @FunctionalInterface
  interface Body {
    Value call(Render render, Call call);
  }

  private final Signature signature;
  private final Body body;

  Builtin(String signature, Body body) {
    this.signature = new Signature(signature);
    this.body = body;
  }

  String name() {
    return signature.name();
  }

  @Override
  public Value call(Render render, Args args) {
    render.step();
    return body.call(render, signature.bind(args));
  }

  @Override
  public String type() {
    return "function";
  }

  @Override
  public void repr(TextBuilder out) {
    out.append("<function " + signature.name() + ">", null);
  }
}
