package dev.hone.ingest.tables;

import io.delta.storage.HadoopFileSystemLogStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.RemoteFileChangedException;

/**
 * Delta's log on s3a, safe for any number of drivers: a commit is one conditional PUT ({@code
 * If-None-Match: *}), which the store lets through for one writer only; the others read the
 * winner's commit and try the next number. Delta's default store for s3a holds a lock inside one
 * driver and loses commits when there are two.
 *
 * <p>Put in place by {@code spark.delta.logStore.s3a.impl}, see {@link Warehouse#sparkConf}. The
 * object store must know conditional writes, as S3 itself does.
 */
public final class ConditionalPutLogStore extends HadoopFileSystemLogStore {
  private static final String CONDITIONAL = "fs.option.create.conditional.overwrite";

  public ConditionalPutLogStore(Configuration hadoop) {
    super(hadoop);
  }

  @Override
  public void write(Path path, Iterator<String> actions, Boolean overwrite, Configuration hadoop)
      throws IOException {
    FileSystem fileSystem = path.getFileSystem(hadoop);
    // Spares the upload where the commit has long been taken; the PUT decides.
    if (!overwrite && fileSystem.exists(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    FSDataOutputStreamBuilder<?, ?> create = fileSystem.createFile(path).overwrite(true);
    if (!overwrite) {
      create.must(CONDITIONAL, true);
    }
    // Closing is what sends the PUT, so a failure half-way must abort instead of closing.
    FSDataOutputStream stream = create.build();
    try {
      while (actions.hasNext()) {
        stream.write((actions.next() + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException | RuntimeException e) {
      stream.abort();
      throw e;
    }
    try {
      stream.close();
    } catch (RemoteFileChangedException e) {
      // S3A's name for status 412: the condition did not hold, because another commit is there.
      // Delta goes on to the next number for no other exception than this one.
      FileAlreadyExistsException taken = new FileAlreadyExistsException(path.toString());
      taken.initCause(e);
      throw taken;
    }
  }

  @Override
  public Boolean isPartialWriteVisible(Path path, Configuration hadoop) {
    return false;
  }
}
