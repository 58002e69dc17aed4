package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.operator.Equality;
import dev.hone.formats.template.jinja.value.Args;
import dev.hone.formats.template.jinja.value.Bool;
import dev.hone.formats.template.jinja.value.Callable;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.Iter;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Undefined;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;

/** The variable {@code loop}. It looks ahead only when it is asked for what comes. */
final class Loop extends Callable {
  /** Renders the body of a recursive loop over other values. */
  interface Recursion {
    Value render(Value values, int depth);
  }

  private final Iter values;
  private final Deque<Value> ahead = new ArrayDeque<>();
  private final Recursion recursion;
  private final int depth;
  private final Render render;
  private int length;
  private int index = -1;
  private Value before;
  private Value current;
  private Value lastChecked;

  /**
   * @param length how many values there are; -1 if only counting them tells
   * @param recursion null if the loop is not recursive
   */
  Loop(Iter values, int length, Recursion recursion, int depth, Render render) {
    this.values = values;
    this.length = length;
    this.recursion = recursion;
    this.depth = depth;
    this.render = render;
  }

  /** Goes on to the next value; null at the end. */
  Value next() {
    Value value = ahead.isEmpty() ? values.next() : ahead.poll();
    if (value != null) {
      index++;
      before = current;
      current = value;
    }
    return value;
  }

  private Value peek() {
    if (ahead.isEmpty()) {
      Value value = values.next();
      if (value != null) {
        ahead.add(value);
      }
    }
    return ahead.peek();
  }

  @Override
  public int length() {
    if (length < 0) {
      ahead.addAll(values.drain(render));
      length = index + 1 + ahead.size();
    }
    return length;
  }

  @Override
  public Value attribute(String name) {
    return switch (name) {
      case "index" -> Int.of(index + 1);
      case "index0" -> Int.of(index);
      case "revindex" -> Int.of(length() - index);
      case "revindex0" -> Int.of(length() - index - 1);
      case "first" -> Bool.of(index == 0);
      case "last" -> Bool.of(peek() == null);
      case "length" -> Int.of(length());
      case "depth" -> Int.of(depth + 1);
      case "depth0" -> Int.of(depth);
      case "previtem" -> index == 0 ? Undefined.because("there is no previous item") : before;
      case "nextitem" -> {
        Value next = peek();
        yield next == null ? Undefined.because("there is no next item") : next;
      }
      case "cycle" -> new Method(this::cycle);
      case "changed" -> new Method(this::changed);
      default -> null;
    };
  }

  private Value cycle(Args args) {
    if (args.positional().isEmpty()) {
      throw TemplateException.type("no items for cycling given");
    }
    return args.positional().get(index % args.positional().size());
  }

  private Value changed(Args args) {
    Value now = Seq.tuple(args.positional());
    boolean changed = lastChecked == null || !Equality.equal(lastChecked, now, render);
    lastChecked = now;
    return Bool.of(changed);
  }

  private static final class Method extends Callable {
    private final Function<Args, Value> body;

    Method(Function<Args, Value> body) {
      this.body = body;
    }

    @Override
    public Value call(Render render, Args args) {
      return body.apply(args);
    }

    @Override
    public String type() {
      return "method";
    }
  }

  @Override
  public Value call(Render caller, Args args) {
    if (args.positional().size() != 1) {
      throw TemplateException.type("a loop is called with the values of the inner loop");
    }
    if (recursion == null) {
      throw TemplateException.type(
          "The loop must have the 'recursive' marker to be called recursively.");
    }
    return recursion.render(args.positional().get(0), depth + 1);
  }

  @Override
  public String type() {
    return "LoopContext";
  }
}
