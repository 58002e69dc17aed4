package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.core.Origin;
import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.eval.Code.Eval;
import dev.hone.formats.template.jinja.eval.Code.Exec;
import dev.hone.formats.template.jinja.eval.Code.Flow;
import dev.hone.formats.template.jinja.eval.Code.Target;
import dev.hone.formats.template.jinja.syntax.Expr;
import dev.hone.formats.template.jinja.syntax.Stmt;
import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Value;
import java.util.List;

/** Makes code of statements. */
final class StmtCompiler {
  private StmtCompiler() {}

  static Exec block(List<Stmt> body, Place place) {
    Exec[] parts = body.stream().map(stmt -> compile(stmt, place)).toArray(Exec[]::new);
    if (parts.length == 1) {
      return parts[0];
    }
    return frame -> {
      for (Exec part : parts) {
        Flow flow = part.exec(frame);
        if (flow != Flow.NEXT) {
          return flow;
        }
      }
      return Flow.NEXT;
    };
  }

  private static Exec compile(Stmt stmt, Place place) {
    if (stmt instanceof Stmt.Text text) {
      return text(text.text());
    }
    if (stmt instanceof Stmt.Output output) {
      return output(output, place);
    }
    if (stmt instanceof Stmt.If branch) {
      return branch(branch, place.softer());
    }
    if (stmt instanceof Stmt.For loop) {
      return LoopCompiler.compile(loop, place);
    }
    if (stmt instanceof Stmt.Assign assign) {
      return assign(assign, place);
    }
    if (stmt instanceof Stmt.AssignBlock block) {
      return assignBlock(block, place);
    }
    if (stmt instanceof Stmt.Macro macro) {
      return FunctionCompiler.macro(macro, place);
    }
    if (stmt instanceof Stmt.CallBlock block) {
      return FunctionCompiler.callBlock(block, place);
    }
    if (stmt instanceof Stmt.Generation generation) {
      return FunctionCompiler.generation(generation, place);
    }
    if (stmt instanceof Stmt.FilterBlock block) {
      return filterBlock(block, place);
    }
    if (stmt instanceof Stmt.With with) {
      return with(with, place);
    }
    if (stmt instanceof Stmt.Break) {
      return jump(place, Flow.BREAK, "'break' outside loop");
    }
    return jump(place, Flow.CONTINUE, "'continue' not properly in loop");
  }

  private static Exec jump(Place place, Flow flow, String problem) {
    if (!place.inLoop()) {
      throw TemplateException.of("SyntaxError", problem);
    }
    return frame -> flow;
  }

  private static Exec text(String text) {
    return frame -> {
      frame.out.append(text, null);
      return Flow.NEXT;
    };
  }

  /** Runs a statement; a failure in it happened at its line. */
  static Exec at(int line, Exec exec) {
    return frame -> {
      try {
        return exec.exec(frame);
      } catch (TemplateException e) {
        throw e.at(line);
      }
    };
  }

  private static Exec output(Stmt.Output output, Place place) {
    Eval value = ExprCompiler.compile(output.value(), place);
    return at(
        output.line(),
        frame -> {
          frame.render.step();
          write(value.eval(frame), frame);
          return Flow.NEXT;
        });
  }

  static void write(Value value, Frame frame) {
    frame.out.append(value.str(frame.render));
    int most = frame.render.limits().output();
    if (frame.out.length() > most) {
      throw TemplateException.limit("the template writes more than %d characters".formatted(most));
    }
  }

  private static Exec branch(Stmt.If branch, Place place) {
    Eval test = ExprCompiler.compile(branch.test(), place);
    Exec body = block(branch.body(), place);
    Exec orElse = block(branch.orElse(), place);
    Eval located =
        frame -> {
          try {
            return test.eval(frame);
          } catch (TemplateException e) {
            throw e.at(branch.line());
          }
        };
    return frame -> {
      frame.render.step();
      return (located.eval(frame).truth() ? body : orElse).exec(frame);
    };
  }

  private static Exec assign(Stmt.Assign assign, Place place) {
    Eval check = Targets.check(assign.target(), place);
    Eval value = ExprCompiler.compile(assign.value(), place);
    Target target = Targets.compile(assign.target(), place);
    boolean inLoop = place.inLoop();
    return at(
        assign.line(),
        frame -> {
          frame.render.step();
          check.eval(frame);
          Value assigned = value.eval(frame);
          target.assign(frame, assigned);
          if (inLoop) {
            noteMessage(assigned, frame);
          }
          return Flow.NEXT;
        });
  }

  /** In a loop over indices, the message that is taken by its index is the one whose turn it is. */
  private static void noteMessage(Value assigned, Frame frame) {
    if (frame.render.template().message() < 0 && assigned instanceof Dict) {
      Origin origin = assigned.origin();
      if (origin != null && origin.kind() == Origin.Kind.MESSAGE && origin.path().isEmpty()) {
        frame.render.template(Origin.template(origin.message()));
      }
    }
  }

  /** Runs a body that writes to a text of its own; the text is null if the body left its loop. */
  private static TextBuilder captured(Exec body, Frame frame, Flow[] ended) {
    TextBuilder before = frame.out;
    TextBuilder text = new TextBuilder(frame.render);
    frame.out = text;
    ended[0] = body.exec(frame);
    frame.out = before;
    return text;
  }

  private static Exec assignBlock(Stmt.AssignBlock block, Place place) {
    Place inner = place.inner();
    new SymbolVisitor(inner.symbols()).visit(block.body());
    Target target = Targets.compile(block.target(), place);
    return capture(block.line(), block.body(), block.filter(), inner, target);
  }

  private static Exec filterBlock(Stmt.FilterBlock block, Place place) {
    Place inner = place.inner();
    new SymbolVisitor(inner.symbols()).visit(block.filter());
    new SymbolVisitor(inner.symbols()).visit(block.body());
    Target output = (frame, value) -> write(value, frame);
    return capture(block.line(), block.body(), block.filter(), inner, output);
  }

  /** The filtered text of a body goes to a target, unless the body left its loop. */
  private static Exec capture(
      int line, List<Stmt> statements, Expr filter, Place inner, Target target) {
    Exec body = block(statements, inner);
    Captured captured = Captured.of(filter, inner);
    Entry entry = Entry.of(inner);
    return at(
        line,
        frame -> {
          frame.render.step();
          entry.enter(frame);
          Flow[] ended = new Flow[1];
          TextBuilder text = captured(body, frame, ended);
          if (ended[0] == Flow.NEXT) {
            target.assign(frame, captured.value(text, frame));
          }
          return ended[0];
        });
  }

  private static Exec with(Stmt.With with, Place place) {
    Place inner = place.inner();
    SymbolVisitor visitor = new SymbolVisitor(inner.symbols());
    visitor.visit(with.targets());
    visitor.visit(with.body());
    Target[] targets =
        with.targets().stream()
            .map(target -> Targets.compile(target, inner))
            .toArray(Target[]::new);
    Eval[] values = ExprCompiler.all(with.values(), place);
    Exec body = block(with.body(), inner);
    Entry entry = Entry.of(inner);
    return at(
        with.line(),
        frame -> {
          frame.render.step();
          entry.enter(frame);
          for (int i = 0; i < targets.length; i++) {
            targets[i].assign(frame, values[i].eval(frame));
          }
          return body.exec(frame);
        });
  }

  /** The text of a block after its filters. */
  private interface Captured {
    Value value(TextBuilder text, Frame frame);

    static Captured of(Expr filter, Place place) {
      if (filter == null) {
        return (text, frame) -> text.toStr();
      }
      // The innermost filter of the chain takes the text of the block, which its frame carries.
      Eval chain = chain((Expr.Filter) filter, place);
      return (text, frame) -> {
        TextBuilder before = frame.out;
        frame.out = text;
        Value value = chain.eval(frame);
        frame.out = before;
        return value;
      };
    }

    private static Eval chain(Expr.Filter filter, Place place) {
      Eval inner =
          filter.value() == null
              ? frame -> frame.out.toStr()
              : chain((Expr.Filter) filter.value(), place);
      return ExprCompiler.filter(filter, inner, place);
    }
  }
}
