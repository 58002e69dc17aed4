package dev.hone.training.checkpoint;

import dev.hone.formats.model.safetensors.TensorSource;
import dev.hone.training.collective.Collective;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.optimizer.StateTensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The state that ranks hold together, as the first of them writes it: a piece at a time, so that no
 * rank holds more of it than that. The first rank says which piece it wants, and who holds elements
 * of it sends them; the others {@link #serve} until it has all.
 */
final class StateOfRanks {
  private static final byte[] NOTHING = new byte[0];

  private final List<StateTensor> mine;
  private final Kernels kernels;
  private final Collective ranks;
  private final Map<String, HeldState> tensors;
  private final List<String> names;

  /** What all ranks hold; every rank makes one at the same time. */
  StateOfRanks(List<StateTensor> mine, Kernels kernels, Collective ranks) {
    this.mine = mine;
    this.kernels = kernels;
    this.ranks = ranks;
    this.tensors = HeldState.gather(mine, ranks);
    tensors.forEach((name, tensor) -> tensor.requireWhole(name));
    this.names = List.copyOf(tensors.keySet());
  }

  /** All tensors by name. */
  Map<String, HeldState> tensors() {
    return tensors;
  }

  /** The tensors, for the first rank. */
  List<TensorSource> sources() {
    List<TensorSource> sources = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      int tensor = i;
      sources.add(
          new TensorSource(
              names.get(i),
              held(i).shape(),
              (offset, target) -> fetch(new Piece(tensor, offset, target.remaining()), target)));
    }
    return sources;
  }

  /** Sends what the first rank asks for, until it has all. */
  void serve() {
    byte[] wish = ranks.gather(NOTHING)[0];
    while (wish.length > 0) {
      Piece piece = Piece.of(wish);
      send(piece, FloatBuffer.allocate(piece.length));
      wish = ranks.gather(NOTHING)[0];
    }
  }

  /** Lets the others go, which {@link #serve}. */
  void close() {
    ranks.gather(NOTHING);
  }

  private HeldState held(int tensor) {
    return tensors.get(names.get(tensor));
  }

  private void fetch(Piece piece, FloatBuffer target) {
    boolean here = held(piece.tensor).parts().stream().allMatch(part -> part.rank() == 0);
    if (!here) {
      ranks.gather(piece.bytes());
    }
    send(piece, target);
    target.position(target.limit());
  }

  /** Fills the remaining elements of a buffer on every rank, and leaves its position. */
  private void send(Piece piece, FloatBuffer target) {
    int start = target.position();
    for (HeldState.Part part : held(piece.tensor).parts()) {
      long first = Math.max(part.from(), piece.from);
      long last = Math.min(part.from() + part.length(), piece.from + piece.length);
      if (first < last) {
        FloatBuffer elements =
            target.duplicate().position(start + (int) (first - piece.from)).slice();
        elements.limit((int) (last - first));
        if (part.rank() == ranks.rank()) {
          kernels.read(mine.get(part.index()).tensor(), first - part.from(), elements);
          elements.rewind();
        }
        if (part.rank() != 0) {
          ranks.broadcast(elements, part.rank());
        }
      }
    }
  }

  /**
   * Some elements of a tensor.
   *
   * @param tensor its number in the order of the names
   * @param from number of the first
   */
  private record Piece(int tensor, long from, int length) {
    byte[] bytes() {
      ByteBuffer bytes = ByteBuffer.allocate(2 * Integer.BYTES + Long.BYTES);
      return bytes.putInt(tensor).putLong(from).putInt(length).array();
    }

    static Piece of(byte[] bytes) {
      ByteBuffer from = ByteBuffer.wrap(bytes);
      return new Piece(from.getInt(), from.getLong(), from.getInt());
    }
  }
}
