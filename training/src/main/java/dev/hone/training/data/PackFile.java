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
import java.util.Optional;

/**
 * Packs in a local file, so that a rank's memory does not grow with the table it trains on. Written
 * once in order, then read by number.
 *
 * <p>Two files: {@code <name>.packs} holds for each pack its number of tokens {@code T}, of
 * documents {@code S} and of the teacher's tokens of each target {@code k}, 0 without a teacher;
 * then ids {@code [T]}, weights {@code [T]}, starts {@code [S]}, what the teacher says of the
 * {@code N} targets, its ids {@code [N, k]} and log-probabilities {@code [N, k]}, and, if the
 * documents are answers, whether each is chosen {@code [S]} and margins {@code [S]}, 4 bytes each,
 * and, if it is known, the log-probability of each under the reference model {@code [S]}, 8 bytes
 * each; {@code <name>.offsets} holds the 8-byte offset of every pack and the end of the last.
 */
public final class PackFile implements PackSource, AutoCloseable {
  private final FileChannel packs;
  private final FileChannel offsets;
  private final long size;
  private final int longest;
  private final boolean referenced;

  private PackFile(
      FileChannel packs, FileChannel offsets, long size, int longest, boolean referenced) {
    this.packs = packs;
    this.offsets = offsets;
    this.size = size;
    this.longest = longest;
    this.referenced = referenced;
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
  public boolean isReferenced() {
    return referenced;
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
      int k = content.get();
      PackedRow row =
          new PackedRow(ints(content, tokens), floats(content, tokens), ints(content, documents));
      if (k > 0) {
        int said = row.targets() * k;
        row = row.withTeaching(new Teaching(k, ints(content, said), floats(content, said)));
      }
      return content.hasRemaining() ? row.withAnswers(answers(content, documents)) : row;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int[] ints(IntBuffer content, int count) {
    int[] values = new int[count];
    content.get(values);
    return values;
  }

  private static float[] floats(IntBuffer content, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = Float.intBitsToFloat(content.get());
    }
    return values;
  }

  private static Answers answers(IntBuffer content, int documents) {
    boolean[] chosen = new boolean[documents];
    for (int i = 0; i < documents; i++) {
      chosen[i] = content.get() != 0;
    }
    Answers answers = new Answers(chosen).withMargins(floats(content, documents));
    if (!content.hasRemaining()) {
      return answers;
    }
    double[] reference = new double[documents];
    for (int i = 0; i < documents; i++) {
      long high = (long) content.get() << Integer.SIZE;
      reference[i] = Double.longBitsToDouble(high | Integer.toUnsignedLong(content.get()));
    }
    return answers.withReference(reference);
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
    private boolean referenced = true;

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
      write(row.length(), row.documentStarts().length, row.teaching().map(Teaching::k).orElse(0));
      write(row.inputIds());
      write(row.lossWeights());
      write(row.documentStarts());
      if (row.teaching().isPresent()) {
        write(row.teaching().get().ids());
        write(row.teaching().get().logps());
      }
      if (row.answers().isPresent()) {
        for (boolean chosen : row.answers().get().chosen()) {
          write(chosen ? 1 : 0);
        }
        write(row.answers().get().margins());
      }
      Optional<double[]> reference = row.answers().flatMap(Answers::reference);
      if (reference.isPresent()) {
        for (double logp : reference.get()) {
          packs.writeDouble(logp);
          position += Double.BYTES;
        }
      }
      referenced &= reference.isPresent();
      offsets.writeLong(position);
      size++;
      longest = Math.max(longest, row.length());
    }

    private void write(int... values) throws IOException {
      for (int value : values) {
        packs.writeInt(value);
      }
      position += (long) Integer.BYTES * values.length;
    }

    private void write(float[] values) throws IOException {
      for (float value : values) {
        packs.writeInt(Float.floatToRawIntBits(value));
      }
      position += (long) Float.BYTES * values.length;
    }

    /** Ends the files and opens them for reading. */
    public PackFile finish() throws IOException {
      close();
      return new PackFile(
          FileChannel.open(packsPath, StandardOpenOption.READ),
          FileChannel.open(offsetsPath, StandardOpenOption.READ),
          size,
          longest,
          size > 0 && referenced);
    }

    @Override
    public void close() throws IOException {
      packs.close();
      offsets.close();
    }
  }
}
