package dev.hone.formats.tables;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The comment of a column, shown by {@code DESCRIBE TABLE}: meaning and unit. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Column {
  String value();

  /**
   * Whether it holds what people wrote. Delta's log keeps no statistics of such a column: they
   * would be the beginnings of its smallest and largest value, and outlive the row.
   */
  boolean text() default false;
}
