package dev.hone.training.objective;

import dev.hone.training.collective.Exchange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named sums and what they are divided by, so that means of many steps can be taken together.
 *
 * <p>Worked example: an accuracy of 3 in 4 tokens and one of 0 in 2 tokens are 3 in 6 together.
 */
public final class Means {
  private record Sum(double total, double count) {}

  private final Map<String, Sum> sums = new LinkedHashMap<>();

  /** Adds to a mean: a total over so many things. */
  public Means add(String name, double total, double count) {
    sums.merge(
        name,
        new Sum(total, count),
        (a, b) -> new Sum(a.total() + b.total(), a.count() + b.count()));
    return this;
  }

  /** Adds all of another's. */
  public Means addAll(Means other) {
    other.sums.forEach((name, sum) -> add(name, sum.total(), sum.count()));
    return this;
  }

  /** Those of all ranks together, added in the order of the ranks. */
  public Means over(Exchange ranks) {
    Means all = new Means();
    for (byte[] part : ranks.gather(bytes())) {
      all.addAll(of(part));
    }
    return all;
  }

  private byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (Map.Entry<String, Sum> sum : sums.entrySet()) {
        out.writeUTF(sum.getKey());
        out.writeDouble(sum.getValue().total());
        out.writeDouble(sum.getValue().count());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static Means of(byte[] bytes) {
    Means means = new Means();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      while (in.available() > 0) {
        means.add(in.readUTF(), in.readDouble(), in.readDouble());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return means;
  }

  /** Every mean that is of something, by name, in the order of their first addition. */
  public Map<String, Double> values() {
    Map<String, Double> values = new LinkedHashMap<>();
    sums.forEach(
        (name, sum) -> {
          if (sum.count() != 0) {
            values.put(name, sum.total() / sum.count());
          }
        });
    return values;
  }
}
