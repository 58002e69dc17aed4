package dev.hone.ingest.tables;

import dev.hone.formats.HoneException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.SparkSession;

/** What lies in the folder of a table: also files of old versions, files of nobody, and the log. */
final class StoredFiles {
  private StoredFiles() {}

  /**
   * Every file below a folder and its bytes. One flat listing, which a store answers a thousand
   * names at a time.
   *
   * @throws HoneException if the folder cannot be listed
   */
  static Map<Path, Long> below(SparkSession spark, Path folder) {
    Map<Path, Long> sizes = new LinkedHashMap<>();
    try {
      FileSystem files = folder.getFileSystem(spark.sessionState().newHadoopConf());
      RemoteIterator<LocatedFileStatus> found = files.listFiles(folder, true);
      while (found.hasNext()) {
        LocatedFileStatus file = found.next();
        sizes.put(file.getPath(), file.getLen());
      }
      return sizes;
    } catch (FileNotFoundException e) {
      // A file or folder that another driver's vacuum deleted during the listing; Hadoop's local
      // file system does not go on after one.
      throw new HoneException(
          "the files of '%s' changed while they were listed: %s; try again"
              .formatted(folder, Failures.firstLine(e)),
          e);
    } catch (IOException e) {
      throw new HoneException(
          "the files of '%s' cannot be listed: %s; check the address and the rights"
              .formatted(folder, Failures.firstLine(e)),
          e);
    }
  }
}
