package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.core.Origin;
import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.eval.Code.Eval;
import dev.hone.formats.template.jinja.eval.Code.Exec;
import dev.hone.formats.template.jinja.eval.Code.Flow;
import dev.hone.formats.template.jinja.eval.Code.Target;
import dev.hone.formats.template.jinja.syntax.Expr;
import dev.hone.formats.template.jinja.syntax.Node;
import dev.hone.formats.template.jinja.syntax.Stmt;
import dev.hone.formats.template.jinja.value.Iter;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Value;

/** Makes code of {@code for}. */
final class LoopCompiler {
  private final Entry entry;
  private final Target target;
  private final Exec body;
  private final Entry elseEntry;
  private final Exec orElse;
  private final Filtered filter;
  private final int loopSlot;

  /** Keeps the values of a loop for which its {@code if} holds. */
  private interface Filtered {
    Iter of(Iter values, Frame frame);
  }

  private LoopCompiler(Stmt.For loop, Place outer) {
    boolean extended = loop.recursive() || Names.uses(loop.body(), "loop");
    Place place = outer.loop();
    loopSlot = extended ? place.symbols().parameter("loop").index() : -1;
    new SymbolVisitor(place.symbols()).parameters(loop.target()).visit(loop.body());
    checkTargets(loop);
    Place elsePlace = outer.inner();
    new SymbolVisitor(elsePlace.symbols()).visit(loop.orElse());
    filter = loop.test() == null ? null : filter(loop, outer);
    target = Targets.compile(loop.target(), place);
    body = StmtCompiler.block(loop.body(), place);
    orElse = StmtCompiler.block(loop.orElse(), elsePlace);
    entry = Entry.of(place);
    elseEntry = Entry.of(elsePlace);
  }

  private static void checkTargets(Node node) {
    if (node instanceof Expr.Name name
        && name.use() == Expr.Use.STORE
        && name.name().equals("loop")) {
      throw TemplateException.assertion(
          "Can't assign to special loop variable in for-loop target", name.line());
    }
    node.children().forEach(LoopCompiler::checkTargets);
  }

  private static Filtered filter(Stmt.For loop, Place outer) {
    Place place = outer.inner();
    SymbolVisitor visitor = new SymbolVisitor(place.symbols()).parameters(loop.target());
    visitor.visit(loop.test());
    Target target = Targets.compile(loop.target(), place);
    Eval test = ExprCompiler.compile(loop.test(), place);
    Entry entry = Entry.of(place);
    return (values, frame) ->
        new Iter("generator") {
          private boolean entered;

          @Override
          public Value next() {
            if (!entered) {
              entry.enter(frame);
              entered = true;
            }
            for (Value value = values.next(); value != null; value = values.next()) {
              frame.render.step();
              target.assign(frame, value);
              if (test.eval(frame).truth()) {
                return value;
              }
            }
            return null;
          }
        };
  }

  static Exec compile(Stmt.For loop, Place place) {
    if (loop.recursive()) {
      return recursive(loop, place);
    }
    Eval items = ExprCompiler.compile(loop.items(), place);
    LoopCompiler code = new LoopCompiler(loop, place);
    return StmtCompiler.at(loop.line(), frame -> code.run(items.eval(frame), null, 0, frame));
  }

  private static Exec recursive(Stmt.For loop, Place place) {
    Eval items = ExprCompiler.compile(loop.items(), place);
    Place function = place.function();
    LoopCompiler code = new LoopCompiler(loop, function);
    Symbols.Function frameSize = function.symbols().function();
    return StmtCompiler.at(
        loop.line(),
        frame -> {
          Loop.Recursion recursion =
              new Loop.Recursion() {
                @Override
                public Value render(Value values, int depth) {
                  frame.render.enter(2);
                  TextBuilder text = new TextBuilder(frame.render);
                  Frame inner = new Frame(frame.rendering, frame, frameSize.slots, text);
                  code.run(values, this, depth, inner);
                  frame.render.leave(2);
                  return text.toStr();
                }
              };
          StmtCompiler.write(recursion.render(items.eval(frame), 0), frame);
          return Flow.NEXT;
        });
  }

  private Flow run(Value items, Loop.Recursion recursion, int depth, Frame frame) {
    Iter values = items.iterate(frame.render);
    // What is filtered has no length before it is used up.
    int length = filter == null ? items.length() : -1;
    if (filter != null) {
      values = filter.of(values, frame);
    }
    Loop loop = loopSlot < 0 ? null : new Loop(values, length, recursion, depth, frame.render);
    Origin before = frame.render.template();
    boolean empty = true;
    for (Value value = next(loop, values); value != null; value = next(loop, values)) {
      empty = false;
      frame.render.step();
      turn(value, before, frame);
      entry.enter(frame);
      if (loop != null) {
        frame.slots[loopSlot] = loop;
      }
      target.assign(frame, value);
      if (body.exec(frame) == Flow.BREAK) {
        break;
      }
    }
    frame.render.template(before);
    if (empty) {
      elseEntry.enter(frame);
      return orElse.exec(frame);
    }
    return Flow.NEXT;
  }

  private static Value next(Loop loop, Iter values) {
    return loop == null ? values.next() : loop.next();
  }

  /** Literal text of a round belongs to the message that the round is about. */
  private static void turn(Value value, Origin before, Frame frame) {
    Origin origin = value.origin();
    if (origin != null && origin.kind() == Origin.Kind.MESSAGE) {
      frame.render.template(Origin.template(origin.message()));
    } else {
      frame.render.template(before);
    }
  }
}
