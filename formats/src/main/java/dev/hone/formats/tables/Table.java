package dev.hone.formats.tables;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the Delta table whose rows a record type describes. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Table {
  /** The bare name of the table, as SQL uses it. */
  String name();

  /** The schema (or folder) the table lives in. */
  Schema schema();

  /** The table's comment. */
  String comment();

  /** Columns it is partitioned by. */
  String[] partitionedBy() default {};

  /** Whether Delta's change data feed is on. */
  boolean changeDataFeed() default false;

  /** Whether Delta makes small files into fewer after a commit that leaves 50 of them. */
  boolean autoCompact() default false;

  /** How long the log, and with it time travel and {@code DESCRIBE HISTORY}, reaches back. */
  int logRetentionDays() default 30;

  /** How long a file stays that the newest version no longer needs; {@code VACUUM} deletes it. */
  int deletedFileRetentionDays() default 7;

  /** Text and numbers live apart, so that an analyst can be granted metrics without documents. */
  enum Schema {
    /** {@code <warehouse>_data} or {@code <warehouse>/data}: text and tokens. */
    DATA,
    /** {@code <warehouse>_runs} or {@code <warehouse>/runs}: numbers. */
    RUNS
  }
}
