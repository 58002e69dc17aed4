package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.syntax.Stmt;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Value;
import java.util.List;
import java.util.Map;

/** A template that can be run, by any number of threads. */
public final class Program {
  private final Symbols.Function function;
  private final Entry entry;
  private final Code.Exec body;

  private Program(Symbols.Function function, Entry entry, Code.Exec body) {
    this.function = function;
    this.entry = entry;
    this.body = body;
  }

  /** Makes a program of the statements of a template. */
  public static Program compile(List<Stmt> template) {
    Symbols.Function function = new Symbols.Function(null);
    Symbols symbols = new Symbols(null, function);
    new SymbolVisitor(symbols).visit(template);
    Place place = new Place(symbols, false, false);
    Code.Exec body = StmtCompiler.block(template, place);
    return new Program(function, Entry.of(place), body);
  }

  /**
   * Runs it.
   *
   * @param context variables by name
   */
  public Rendering run(Map<String, Value> context, Render render) {
    Rendering rendering = new Rendering(render, context);
    Frame frame = new Frame(rendering, null, function.slots, rendering.out());
    entry.enter(frame);
    body.exec(frame);
    return rendering;
  }
}
