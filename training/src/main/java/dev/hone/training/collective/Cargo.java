package dev.hone.training.collective;

/** What travels in a call: elements, numbered from 0, of some bytes each. */
interface Cargo {

  /** Bytes of an element on the wire. */
  int width();

  /** Writes elements into a chunk. */
  void load(int from, int count, Chunk chunk);

  /** Takes elements out of a chunk. */
  void unload(int from, int count, Chunk chunk);
}
