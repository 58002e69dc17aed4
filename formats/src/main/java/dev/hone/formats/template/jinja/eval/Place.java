package dev.hone.formats.template.jinja.eval;

/**
 * Where in the template code stands.
 *
 * @param symbols the variables that it sees
 * @param soft whether it is within an {@code if}, where an unknown filter fails only when reached
 * @param inLoop whether {@code break} can end a loop of the same function
 */
record Place(Symbols symbols, boolean soft, boolean inLoop) {
  Place softer() {
    return soft ? this : new Place(symbols, true, inLoop);
  }

  /** A part of the same function with variables of its own. */
  Place inner() {
    return new Place(new Symbols(symbols, symbols.function()), false, inLoop);
  }

  /** The body of a loop. */
  Place loop() {
    return new Place(new Symbols(symbols, symbols.function()), false, true);
  }

  /** The body of a function. */
  Place function() {
    return new Place(new Symbols(symbols, new Symbols.Function(symbols.function())), false, false);
  }

  /** How many functions out a slot is. */
  int hops(Symbols.Slot slot) {
    int hops = 0;
    for (Symbols.Function at = symbols.function(); at != slot.function(); at = at.outer) {
      hops++;
    }
    return hops;
  }
}
