package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.eval.Code.Eval;
import dev.hone.formats.template.jinja.eval.Code.Exec;
import dev.hone.formats.template.jinja.eval.Code.Flow;
import dev.hone.formats.template.jinja.eval.Code.Target;
import dev.hone.formats.template.jinja.syntax.Expr;
import dev.hone.formats.template.jinja.syntax.Stmt;
import dev.hone.formats.template.jinja.value.Args;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes code of macros, and of blocks that are given to one as its {@code caller}. */
final class FunctionCompiler {
  private FunctionCompiler() {}

  /** The function of a body, which sees the variables of its place. */
  private static MacroCode function(Stmt.Function function, Place outer, int line) {
    Place place = outer.function();
    Symbols symbols = place.symbols();
    SymbolVisitor visitor = new SymbolVisitor(symbols);
    visitor.visit(function.parameters()).visit(function.defaults()).visit(function.body());
    List<String> names = function.parameters().stream().map(Expr.Name::name).toList();
    boolean caller = Names.uses(function.body(), "caller");
    int withoutDefault = names.size() - function.defaults().size();
    if (caller && names.contains("caller") && names.indexOf("caller") < withoutDefault) {
      throw TemplateException.assertion(
          "When defining macros or call blocks the special \"caller\" argument must be omitted or be given a default.",
          line);
    }
    List<Integer> slots = new ArrayList<>();
    names.forEach(name -> slots.add(symbols.slot(name).index()));
    int[] special = new int[3];
    for (int i = 0; i < special.length; i++) {
      String name = MacroCode.SPECIAL.get(i);
      boolean used = Names.uses(function.body(), name) && !names.contains(name);
      special[i] = used ? symbols.parameter(name).index() : -1;
    }
    Eval[] defaults = new Eval[names.size()];
    for (int i = withoutDefault; i < defaults.length; i++) {
      defaults[i] = ExprCompiler.compile(function.defaults().get(i - withoutDefault), place);
    }
    Exec body = StmtCompiler.block(function.body(), place);
    return new MacroCode(
        function.name(),
        names,
        slots.stream().mapToInt(Integer::intValue).toArray(),
        defaults,
        special,
        caller,
        Entry.of(place),
        body,
        symbols.function());
  }

  static Exec macro(Stmt.Macro macro, Place place) {
    MacroCode code = function(macro.function(), place, macro.line());
    Target target =
        Targets.compile(
            new Expr.Name(macro.function().name(), Expr.Use.STORE, macro.line()), place);
    return frame -> {
      target.assign(frame, new Macro(code, frame));
      return Flow.NEXT;
    };
  }

  static Exec callBlock(Stmt.CallBlock block, Place place) {
    MacroCode code = function(block.caller(), place, block.line());
    Eval function = ExprCompiler.compile(block.call().function(), place);
    ArgsCode args = ArgsCode.compile(block.call().arguments(), place);
    return StmtCompiler.at(
        block.line(),
        frame -> {
          Value called = function.eval(frame);
          Args given = args.eval(new ArrayList<>(), frame);
          Map<String, Value> named = new LinkedHashMap<>(given.named());
          if (named.put("caller", new Macro(code, frame)) != null) {
            throw TemplateException.type("got multiple values for keyword argument 'caller'");
          }
          Value result =
              ExprCompiler.invoke(called, new Args(given.positional(), named), frame.render);
          StmtCompiler.write(result, frame);
          return Flow.NEXT;
        });
  }

  static Exec generation(Stmt.Generation generation, Place place) {
    MacroCode code = function(generation.body(), place, generation.line());
    return frame -> {
      Str text = (Str) new Macro(code, frame).call(frame.render, Args.NONE);
      frame.rendering.generated(text.length());
      StmtCompiler.write(text, frame);
      return Flow.NEXT;
    };
  }
}
