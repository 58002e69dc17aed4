package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.Limits;
import dev.hone.formats.template.jinja.core.Origin;
import dev.hone.formats.template.jinja.core.TemplateException;

/** What values need to know of the render they are part of: what is left, and whose turn it is. */
public final class Render {
  private static final int ELEMENT = 8;
  private static final int OBJECT = 64;
  private static final int SEARCHED_AT_ONCE = 32;

  private final Limits limits;
  private long steps;
  private long characters;
  private int depth;
  private Origin template = Origin.TEMPLATE;

  public Render(Limits limits) {
    this.limits = limits;
    this.steps = limits.steps();
    this.characters = limits.characters();
  }

  /** Counts one operation. */
  public void step() {
    if (--steps < 0) {
      throw TemplateException.limit(
          "the template takes more than %d steps; it may loop without end"
              .formatted(limits.steps()));
    }
  }

  /** Counts many operations. */
  public void steps(long count) {
    steps -= Math.max(0, count - 1);
    step();
  }

  /** Counts characters that are about to be searched or compared. */
  public void search(long count) {
    steps(1 + count / SEARCHED_AT_ONCE);
  }

  /** Counts characters that are about to be built. */
  public void characters(long count) {
    characters -= count;
    if (characters < 0) {
      throw TemplateException.limit(
          "the template builds more than %d characters of text on the way"
              .formatted(limits.characters()));
    }
  }

  /** Counts list elements that are about to be built. */
  public void elements(long count) {
    characters(count > limits.characters() ? count : count * ELEMENT);
  }

  /** Counts strings and other values that are about to be built, whatever they hold. */
  public void objects(long count) {
    characters(count > limits.characters() ? count : count * OBJECT);
  }

  /** Goes one level deeper; {@link #leave} must follow. */
  public void enter(int levels) {
    depth += levels;
    if (depth > limits.depth()) {
      throw TemplateException.recursion();
    }
  }

  public void leave(int levels) {
    depth -= levels;
  }

  public Limits limits() {
    return limits;
  }

  /** The origin of literal text that is written now. */
  public Origin template() {
    return template;
  }

  /** Enters the turn of a message, or leaves it with the origin that was there before. */
  public void template(Origin origin) {
    template = origin;
  }
}
