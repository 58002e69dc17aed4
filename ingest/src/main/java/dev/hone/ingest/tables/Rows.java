package dev.hone.ingest.tables;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/**
 * Turns records of a table into Spark rows and back. The reflection is done once, in {@link #of};
 * make one object for a partition, not one for a row.
 *
 * <pre>{@code
 * Rows<PackRow> rows = Rows.of(PackRow.class);
 * packs.mapPartitions(part -> Iterators.transform(part, rows::fromRow) ...)
 * }</pre>
 */
public final class Rows<R extends Record> {
  private final TableSchema schema;
  private final Constructor<R> constructor;
  private final Method[] accessors;
  private final Class<?>[] types;
  private final boolean[] optional;

  private Rows(Class<R> type) {
    schema = TableSchema.of(type);
    RecordComponent[] components = type.getRecordComponents();
    accessors = new Method[components.length];
    types = new Class<?>[components.length];
    optional = new boolean[components.length];
    for (int i = 0; i < components.length; i++) {
      accessors[i] = components[i].getAccessor();
      types[i] = components[i].getType();
      optional[i] = types[i] == Optional.class;
    }
    try {
      constructor = type.getDeclaredConstructor(types);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every record has its canonical constructor", e);
    }
  }

  /**
   * Does the reflection for a record type.
   *
   * @throws IllegalArgumentException if the type is no table, see {@link TableSchema#of}
   */
  public static <R extends Record> Rows<R> of(Class<R> type) {
    return new Rows<>(type);
  }

  /** The schema of the rows. */
  public TableSchema schema() {
    return schema;
  }

  /** A row with the columns of {@link TableSchema#struct}, in its order. */
  public Row toRow(R record) {
    Object[] values = new Object[accessors.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = toColumn(call(accessors[i], record));
    }
    return new GenericRowWithSchema(values, schema.struct());
  }

  /**
   * The record of a row that has at least the columns of the table, found by name in any order.
   *
   * @throws IllegalArgumentException if a column is missing, or null without being an {@code
   *     Optional}
   */
  public R fromRow(Row row) {
    StructType struct = row.schema() == null ? schema.struct() : row.schema();
    Object[] values = new Object[accessors.length];
    for (int i = 0; i < values.length; i++) {
      String column = schema.struct().fieldNames()[i];
      Object value = fromColumn(row.get(struct.fieldIndex(column)), types[i]);
      if (value == null && !optional[i]) {
        throw new IllegalArgumentException(
            "column " + column + " of " + schema.name() + " is null; it never should be");
      }
      values[i] = optional[i] ? Optional.ofNullable(value) : value;
    }
    try {
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw failed(e);
    }
  }

  /** All rows of a small result, on the driver. */
  public List<R> collect(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(this::fromRow).toList();
  }

  private static Object call(Method accessor, Record record) {
    try {
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw failed(e);
    }
  }

  private static Object toColumn(Object value) {
    if (value instanceof Optional<?> option) {
      return option.map(Rows::toColumn).orElse(null);
    }
    if (value instanceof List<?> list) {
      return list.toArray();
    }
    return value instanceof Instant instant ? Timestamp.from(instant) : value;
  }

  private static Object fromColumn(Object value, Class<?> type) {
    if (value instanceof Timestamp timestamp) {
      return timestamp.toInstant();
    }
    if (!(value instanceof Seq<?> seq)) {
      return value;
    }
    if (type == int[].class) {
      int[] ints = new int[seq.length()];
      for (int i = 0; i < ints.length; i++) {
        ints[i] = (Integer) seq.apply(i);
      }
      return ints;
    }
    if (type == float[].class) {
      float[] floats = new float[seq.length()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (Float) seq.apply(i);
      }
      return floats;
    }
    return List.copyOf(scala.jdk.javaapi.CollectionConverters.asJava(seq));
  }

  /** What the record's own constructor or accessor threw, or a defect of ours. */
  private static RuntimeException failed(ReflectiveOperationException e) {
    if (e instanceof InvocationTargetException && e.getCause() instanceof RuntimeException cause) {
      return cause;
    }
    return new IllegalStateException("records of formats.tables are public", e);
  }
}
