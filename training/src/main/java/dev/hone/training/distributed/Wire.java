package dev.hone.training.distributed;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.io.UncheckedIOException;

/**
 * Objects as bytes and back. Spark carries bytes under any {@code spark.serializer}, where Kryo
 * cannot carry records; and only this class looks for our classes with our own class loader, which
 * under spark-submit is not the one that Spark's network threads use.
 */
final class Wire {
  private Wire() {}

  static byte[] bytes(Serializable object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static <T> T object(byte[] bytes, Class<T> type) {
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes)) {
          @Override
          protected Class<?> resolveClass(ObjectStreamClass description)
              throws IOException, ClassNotFoundException {
            try {
              return Class.forName(description.getName(), false, Wire.class.getClassLoader());
            } catch (ClassNotFoundException e) {
              return super.resolveClass(description);
            }
          }
        }) {
      return type.cast(in.readObject());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("a rank sent a class that the driver lacks", e);
    }
  }
}
