package dev.hone.training.collective;

/** Bytes as they are. */
record Bytes(byte[] data) implements Cargo {

  @Override
  public int width() {
    return 1;
  }

  @Override
  public void load(int from, int count, Chunk chunk) {
    chunk.bytes().put(0, data, from, count);
  }

  @Override
  public void unload(int from, int count, Chunk chunk) {
    chunk.bytes().get(0, data, from, count);
  }
}
