package dev.hone.training.checkpoint;

import dev.hone.formats.model.TensorInfo;
import dev.hone.training.collective.Exchange;
import dev.hone.training.optimizer.StateTensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A tensor of a state, and which ranks hold its elements.
 *
 * @param codes whether its elements are bytes
 * @param shape of all of it
 * @param parts of its elements
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares states.
record HeldState(boolean codes, long[] shape, List<Part> parts) {

  /**
   * A run of elements on a rank.
   *
   * @param index place in the state of that rank
   * @param from number of the first
   */
  record Part(int rank, int index, long from, long length) {}

  /**
   * The tensors that all ranks hold together, by name.
   *
   * @param mine what this rank holds
   */
  static Map<String, HeldState> gather(List<StateTensor> mine, Exchange ranks) {
    Map<String, HeldState> all = new TreeMap<>();
    byte[][] said = ranks.gather(describe(mine));
    for (int rank = 0; rank < said.length; rank++) {
      read(said[rank], rank, all);
    }
    return all;
  }

  private static byte[] describe(List<StateTensor> mine) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (StateTensor state : mine) {
        out.writeUTF(state.name());
        out.writeBoolean(state.codes());
        out.writeInt(state.whole().length);
        for (long size : state.whole()) {
          out.writeLong(size);
        }
        out.writeLong(state.from());
        out.writeLong(state.tensor().length());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void read(byte[] said, int rank, Map<String, HeldState> all) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(said))) {
      for (int index = 0; in.available() > 0; index++) {
        String name = in.readUTF();
        boolean codes = in.readBoolean();
        long[] shape = new long[in.readInt()];
        for (int i = 0; i < shape.length; i++) {
          shape[i] = in.readLong();
        }
        all.computeIfAbsent(name, first -> new HeldState(codes, shape, new ArrayList<>()))
            .parts
            .add(new Part(rank, index, in.readLong(), in.readLong()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Refuses parts that are not all of it, once each: a defect of an optimizer. */
  void requireWhole(String name) {
    parts.sort(Comparator.comparingLong(Part::from));
    long end = 0;
    for (Part part : parts) {
      if (part.from != end) {
        throw new IllegalStateException(
            "element %d of %s is held by no rank or by two".formatted(end, name));
      }
      end += part.length;
    }
    if (end != TensorInfo.elements(shape)) {
      throw new IllegalStateException(
          "of %s %s the first %d elements are held".formatted(name, TensorInfo.text(shape), end));
    }
  }
}
