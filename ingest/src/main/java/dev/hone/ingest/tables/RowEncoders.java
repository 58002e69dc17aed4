package dev.hone.ingest.tables;

import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders.EncoderField;
import org.apache.spark.sql.catalyst.encoders.RowEncoder;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Encoders of rows whose columns of tokens and weights are Java arrays, {@code int[]} and {@code
 * float[]}, both on the way in and on the way out.
 *
 * <p>Spark's own encoder of a row makes an object of every element: for a table of tokens that is
 * most of the time of a job.
 */
public final class RowEncoders {
  private RowEncoders() {}

  /**
   * An encoder of rows. Lenient: a timestamp may be an {@link java.time.Instant} or a {@code
   * java.sql.Timestamp} and a list may be a Java array, whatever the session is set to.
   *
   * @param struct the columns; the arrays of ints and floats at its top level hold no null
   */
  public static Encoder<Row> of(StructType struct) {
    AgnosticEncoders.RowEncoder plain =
        (AgnosticEncoders.RowEncoder) RowEncoder.encoderFor(struct, true);
    return new AgnosticEncoders.RowEncoder(
        CollectionConverters.asScala(
                CollectionConverters.asJava(plain.fields()).stream()
                    .map(RowEncoders::primitive)
                    .toList())
            .toSeq());
  }

  private static EncoderField primitive(EncoderField field) {
    if (!(field.enc().dataType() instanceof ArrayType array)) {
      return field;
    }
    DataType element = array.elementType();
    if (element.equals(DataTypes.IntegerType)) {
      return with(field, AgnosticEncoders.PrimitiveIntEncoder$.MODULE$);
    }
    return element.equals(DataTypes.FloatType)
        ? with(field, AgnosticEncoders.PrimitiveFloatEncoder$.MODULE$)
        : field;
  }

  private static EncoderField with(EncoderField field, AgnosticEncoder<?> element) {
    return field.copy(
        field.name(),
        new AgnosticEncoders.ArrayEncoder<>(element, false),
        field.nullable(),
        field.metadata(),
        field.readMethod(),
        field.writeMethod());
  }
}
