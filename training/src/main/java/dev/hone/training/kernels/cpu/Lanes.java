package dev.hone.training.kernels.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The width of the machine's vectors, which all loops over floats share. */
final class Lanes {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int LANES = SPECIES.length();

  static {
    CompilerDirectives.add(); // before the first loop is compiled
  }

  private Lanes() {}
}
