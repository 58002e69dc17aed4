package dev.hone.formats.template.jinja.eval;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.Args;
import dev.hone.formats.template.jinja.value.Bool;
import dev.hone.formats.template.jinja.value.Callable;
import dev.hone.formats.template.jinja.value.Dict;
import dev.hone.formats.template.jinja.value.None;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Undefined;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A macro, or the caller of a call block: gives the text that its body writes. */
final class Macro extends Callable {
  private final MacroCode code;
  private final Frame home;

  Macro(MacroCode code, Frame home) {
    this.code = code;
    this.home = home;
  }

  @Override
  public Value call(Render render, Args args) {
    render.enter(2);
    TextBuilder out = new TextBuilder(render);
    Frame frame = new Frame(home.rendering, home, code.frameSize(), out);
    bind(args, frame);
    code.entry.enter(frame);
    for (int i = 0; i < code.slots.length; i++) {
      if (frame.slots[code.slots[i]] == null) {
        frame.slots[code.slots[i]] = absent(i, frame);
      }
    }
    code.body.exec(frame);
    render.leave(2);
    return out.toStr();
  }

  private Value absent(int parameter, Frame frame) {
    return code.defaults[parameter] == null
        ? Undefined.because(
            "parameter '%s' was not provided".formatted(code.parameters.get(parameter)))
        : code.defaults[parameter].eval(frame);
  }

  private void bind(Args args, Frame frame) {
    List<Value> positional = args.positional();
    Map<String, Value> named = new LinkedHashMap<>(args.named());
    int count = code.slots.length;
    boolean callerFound = positional.size() >= count && code.parameters.contains("caller");
    for (int i = 0; i < count; i++) {
      String name = code.parameters.get(i);
      boolean given = i < positional.size();
      frame.slots[code.slots[i]] = given ? positional.get(i) : named.remove(name);
      callerFound |= !given && name.equals("caller");
    }
    if (code.usesCaller && !callerFound) {
      Value caller = named.remove("caller");
      set(0, caller == null ? Undefined.because("No caller defined") : caller, frame);
    }
    if (code.special[1] >= 0) {
      Dict kwargs = new Dict(null);
      named.forEach((name, value) -> kwargs.put(Str.of(name, null), value, frame.render));
      set(1, kwargs, frame);
    } else if (!named.isEmpty()) {
      throw refused(named.keySet().iterator().next(), named.containsKey("caller"));
    }
    boolean more = positional.size() > count;
    if (code.special[2] >= 0) {
      set(2, Seq.tuple(more ? positional.subList(count, positional.size()) : List.of()), frame);
    } else if (more) {
      throw TemplateException.type(
          "macro %s takes not more than %d argument(s)".formatted(quotedName(), count));
    }
  }

  private void set(int special, Value value, Frame frame) {
    if (code.special[special] >= 0) {
      frame.slots[code.special[special]] = value;
    }
  }

  private TemplateException refused(String argument, boolean caller) {
    return TemplateException.type(
        caller
            ? "macro %s was invoked with two values for the special caller argument. This is most likely a bug."
                .formatted(quotedName())
            : "macro %s takes no keyword argument '%s'".formatted(quotedName(), argument));
  }

  private String quotedName() {
    return code.name == null ? "None" : "'" + code.name + "'";
  }

  @Override
  public Value attribute(String name) {
    return switch (name) {
      case "name" -> code.name == null ? None.NONE : Str.of(code.name, null);
      case "arguments" -> {
        List<Value> names = new ArrayList<>();
        code.parameters.forEach(parameter -> names.add(Str.of(parameter, null)));
        yield Seq.tuple(names);
      }
      case "catch_kwargs" -> Bool.of(code.special[1] >= 0);
      case "catch_varargs" -> Bool.of(code.special[2] >= 0);
      case "caller" -> Bool.of(code.usesCaller);
      default -> null;
    };
  }

  @Override
  public String type() {
    return "Macro";
  }

  @Override
  public void repr(TextBuilder out) {
    out.append("<Macro " + (code.name == null ? "anonymous" : quotedName()) + ">", null);
  }
}
