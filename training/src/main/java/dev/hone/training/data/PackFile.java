package dev.hone.training.data;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Packs in a local file, so that a rank's memory does not grow with the table it trains on. Written
 * once in order, then read by number.
 *
 * <p>Two files: {@code <name>.packs} holds for each pack its number of tokens {@code T} and of
 * documents {@code S} and then ids {@code [T]}, weights {@code [T]}, starts {@code [S]} and, if the
 * documents are answers, whether each is chosen {@code [S]} and margins {@code [S]}, 4 bytes each;
 * {@code <name>.offsets} holds the 8-byte offset of every pack and the end of the last.
 */
public final class PackFile implements PackSource, AutoCloseable {
  private final FileChannel packs;
  private final FileChannel offsets;
  private final long size;
  private final int longest;

  private PackFile(FileChannel packs, FileChannel offsets, long size, int longest) {
    this.packs = packs;
    this.offsets = offsets;
    this.size = size;
    this.longest = longest;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int longest() {
    return longest;
  }

  @Override
  public PackedRow read(long pack) {
    if (pack < 0 || pack >= size) {
      throw new IndexOutOfBoundsException("pack " + pack + " of " + size);
    }
    try {
      ByteBuffer bounds = fill(offsets, pack * Long.BYTES, 2 * Long.BYTES);
      long start = bounds.getLong();
      int bytes = Math.toIntExact(bounds.getLong() - start);
      IntBuffer content = fill(packs, start, bytes).asIntBuffer();
      int tokens = content.get();
      int documents = content.get();
      int[] ids = new int[tokens];
      float[] weights = new float[tokens];
      int[] starts = new int[documents];
      content.get(ids);
      floats(content, weights);
      content.get(starts);
      PackedRow row = new PackedRow(ids, weights, starts);
      return content.hasRemaining() ? row.withAnswers(answers(content, documents)) : row;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Answers answers(IntBuffer content, int documents) {
    boolean[] chosen = new boolean[documents];
    for (int i = 0; i < documents; i++) {
      chosen[i] = content.get() != 0;
    }
    float[] margins = new float[documents];
    floats(content, margins);
    return new Answers(chosen).withMargins(margins);
  }

  private static void floats(IntBuffer content, float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(content.get());
    }
  }

  @Override
  public void close() throws IOException {
    packs.close();
    offsets.close();
  }

  private static ByteBuffer fill(FileChannel channel, long position, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("the pack file ends inside a pack, at byte " + channel.size());
      }
    }
    return buffer.flip();
  }

  /** Appends packs; {@link #finish} opens what was written. */
  public static final class Writer implements AutoCloseable {
    private final Path packsPath;
    private final Path offsetsPath;
    private final DataOutputStream packs;
    private final DataOutputStream offsets;
    private long position;
    private long size;
    private int longest;

    /** Starts {@code <name>.packs} and {@code <name>.offsets} in a directory. */
    public Writer(Path directory, String name) throws IOException {
      packsPath = directory.resolve(name + ".packs");
      offsetsPath = directory.resolve(name + ".offsets");
      packs = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(packsPath)));
      offsets = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(offsetsPath)));
      offsets.writeLong(0);
    }

    /** Appends the next pack. */
    public void append(PackedRow row) throws IOException {
      packs.writeInt(row.length());
      packs.writeInt(row.documentStarts().length);
      for (int id : row.inputIds()) {
        packs.writeInt(id);
      }
      for (float weight : row.lossWeights()) {
        packs.writeInt(Float.floatToRawIntBits(weight));
      }
      for (int start : row.documentStarts()) {
        packs.writeInt(start);
      }
      position += Integer.BYTES * (2L + 2L * row.length() + row.documentStarts().length);
      if (row.answers().isPresent()) {
        for (boolean chosen : row.answers().get().chosen()) {
          packs.writeInt(chosen ? 1 : 0);
        }
        for (float margin : row.answers().get().margins()) {
          packs.writeInt(Float.floatToRawIntBits(margin));
        }
        position += Integer.BYTES * 2L * row.documentStarts().length;
      }
      offsets.writeLong(position);
      size++;
      longest = Math.max(longest, row.length());
    }

    /** Ends the files and opens them for reading. */
    public PackFile finish() throws IOException {
      close();
      return new PackFile(
          FileChannel.open(packsPath, StandardOpenOption.READ),
          FileChannel.open(offsetsPath, StandardOpenOption.READ),
          size,
          longest);
    }

    @Override
    public void close() throws IOException {
      packs.close();
      offsets.close();
    }
  }
}
