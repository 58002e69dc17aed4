package dev.hone.ingest;

import dev.hone.ingest.tables.Failures;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.InputFile;

/**
 * Parquet files by their columns. Files of one folder drift: a column more, another type. Each
 * group is read with its own columns, so a row is judged by what is in it, and no file by another.
 *
 * @param groups files with the same columns
 * @param damaged what is wrong with each of the others
 */
record ParquetGroups(List<List<SourceFile>> groups, Map<SourceFile, String> damaged) {
  private static final String SPARK_COLUMNS = "org.apache.spark.sql.parquet.row.metadata";

  /**
   * What the end of a file says.
   *
   * @param readable whether it can be read
   * @param text its columns, or what is wrong with it
   */
  record Footer(boolean readable, String text) implements Serializable {}

  /**
   * Reads the end of a file, inside a task.
   *
   * @throws IOException if the file cannot be reached
   */
  static Footer footer(String path, Configuration hadoop) throws IOException {
    InputFile file = HadoopInputFile.fromPath(new Path(path), hadoop);
    try (ParquetFileReader reader = ParquetFileReader.open(file)) {
      FileMetaData meta = reader.getFileMetaData();
      return new Footer(
          true, meta.getSchema() + "\n" + meta.getKeyValueMetaData().get(SPARK_COLUMNS));
    } catch (FileNotFoundException e) {
      throw e;
    } catch (IOException e) {
      // Parquet says so of a footer that is no Thrift.
      if (String.valueOf(e.getMessage()).startsWith("can not read")) {
        return new Footer(false, Failures.firstLine(e));
      }
      throw e;
    } catch (RuntimeException e) {
      return new Footer(false, Failures.firstLine(e));
    }
  }

  /** Groups files by their footers, which come in the same order. */
  static ParquetGroups of(List<SourceFile> files, Iterator<Footer> footers) {
    Map<String, List<SourceFile>> groups = new LinkedHashMap<>();
    Map<SourceFile, String> damaged = new LinkedHashMap<>();
    for (SourceFile file : files) {
      Footer footer = footers.next();
      if (footer.readable()) {
        groups.computeIfAbsent(footer.text(), columns -> new ArrayList<>()).add(file);
      } else {
        damaged.put(file, footer.text());
      }
    }
    return new ParquetGroups(List.copyOf(groups.values()), damaged);
  }
}
