package dev.hone.ingest.tables;

import dev.hone.formats.tables.Column;
import dev.hone.formats.tables.Table;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A record type of {@code formats.tables} as a Spark schema: component {@code sourceVersion} is
 * column {@code source_version} with the comment of its {@link Column}; {@code Optional} is
 * nullable and nothing else is.
 *
 * <pre>{@code
 * TableSchema.of(EvalRow.class).struct()
 *   run_id STRING NOT NULL, step BIGINT NOT NULL, dataset STRING NOT NULL, ...
 * }</pre>
 *
 * @param type the record type
 * @param table its name, schema, comment and partitioning
 * @param struct its columns, in the order of the components
 */
public record TableSchema(Class<? extends Record> type, Table table, StructType struct) {

  private static final Map<Type, DataType> TYPES =
      Map.ofEntries(
          Map.entry(String.class, DataTypes.StringType),
          Map.entry(boolean.class, DataTypes.BooleanType),
          Map.entry(Boolean.class, DataTypes.BooleanType),
          Map.entry(int.class, DataTypes.IntegerType),
          Map.entry(Integer.class, DataTypes.IntegerType),
          Map.entry(long.class, DataTypes.LongType),
          Map.entry(Long.class, DataTypes.LongType),
          Map.entry(float.class, DataTypes.FloatType),
          Map.entry(Float.class, DataTypes.FloatType),
          Map.entry(double.class, DataTypes.DoubleType),
          Map.entry(Double.class, DataTypes.DoubleType),
          Map.entry(Instant.class, DataTypes.TimestampType),
          Map.entry(int[].class, DataTypes.createArrayType(DataTypes.IntegerType)),
          Map.entry(float[].class, DataTypes.createArrayType(DataTypes.FloatType)));

  /** The property that says which columns have statistics. */
  public static final String STATISTICS = "delta.dataSkippingStatsColumns";

  /**
   * Reads the annotations of a record type.
   *
   * @throws IllegalArgumentException if it has no {@link Table}, or a component has no {@link
   *     Column} or a type that the contract does not know
   */
  public static TableSchema of(Class<? extends Record> type) {
    Table table = type.getAnnotation(Table.class);
    if (table == null) {
      throw new IllegalArgumentException(type.getName() + " has no @Table");
    }
    List<StructField> fields = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      fields.add(field(type, component));
    }
    return new TableSchema(type, table, DataTypes.createStructType(fields));
  }

  /** The bare name of the table. */
  public String name() {
    return table.name();
  }

  /**
   * The Delta properties a new table gets; {@code SHOW TBLPROPERTIES} shows them, and {@code ALTER
   * TABLE ... SET TBLPROPERTIES} changes them for good.
   */
  public Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    properties.put("delta.logRetentionDuration", days(table.logRetentionDays()));
    properties.put("delta.deletedFileRetentionDuration", days(table.deletedFileRetentionDays()));
    if (table.changeDataFeed()) {
      properties.put("delta.enableChangeDataFeed", "true");
    }
    if (table.autoCompact()) {
      properties.put("delta.autoOptimize.autoCompact", "true");
    }
    statistics().ifPresent(columns -> properties.put(STATISTICS, columns));
    return properties;
  }

  /**
   * The columns of which Delta's log may keep statistics: those that are not {@link Column#text}
   * and have any. Empty if the table has no text, where Delta's default will do.
   */
  public Optional<String> statistics() {
    Set<String> text =
        Arrays.stream(type.getRecordComponents())
            .filter(component -> component.getAnnotation(Column.class).text())
            .map(component -> columnName(component.getName()))
            .collect(Collectors.toSet());
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Arrays.stream(struct.fields())
                .filter(field -> !text.contains(field.name()))
                .filter(field -> !field.dataType().equals(DataTypes.BooleanType))
                .filter(field -> !(field.dataType() instanceof ArrayType))
                .map(StructField::name)
                .filter(name -> !List.of(table.partitionedBy()).contains(name))
                .collect(Collectors.joining(",")));
  }

  private static String days(int days) {
    return "interval " + days + " days";
  }

  /** Encodes rows of this table, see {@link RowEncoders}. */
  public Encoder<Row> encoder() {
    return RowEncoders.of(struct);
  }

  /** The column of a record component: {@code trainedTokens} is {@code trained_tokens}. */
  static String columnName(String component) {
    return component.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static StructField field(Class<?> owner, RecordComponent component) {
    String where = owner.getName() + "." + component.getName();
    Column column = component.getAnnotation(Column.class);
    if (column == null) {
      throw new IllegalArgumentException(where + " has no @Column");
    }
    boolean nullable = component.getType() == Optional.class;
    Type type = nullable ? argument(component.getGenericType()) : component.getGenericType();
    return DataTypes.createStructField(
            columnName(component.getName()), dataType(where, type), nullable)
        .withComment(column.value());
  }

  private static DataType dataType(String where, Type type) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return DataTypes.createArrayType(dataType(where, argument(type)));
    }
    DataType known = TYPES.get(type);
    if (known == null) {
      throw new IllegalArgumentException(where + " has a type that no column holds: " + type);
    }
    return known;
  }

  private static Type argument(Type generic) {
    return ((ParameterizedType) generic).getActualTypeArguments()[0];
  }
}
