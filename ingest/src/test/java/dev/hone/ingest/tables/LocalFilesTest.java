package dev.hone.ingest.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class LocalFilesTest {
  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsWhatHadoopWrites() throws Exception {
    Map<String, String> hadoops = written(Files.createDirectory(folder.resolve("a")), hadoop());
    Map<String, String> ours = written(Files.createDirectory(folder.resolve("b")), ours());
    assertEquals(hadoops, ours);
    assertEquals("rw-r----- hello", ours.get("one/two/renamed"), ours.toString());
  }

  @Test
  void noProcessIsStarted() throws Exception {
    Path hadoops = Files.createDirectory(folder.resolve("a"));
    assertTrue(processes(() -> written(hadoops, hadoop())) > 5, "it is worth a class of our own");
    Path ours = Files.createDirectory(folder.resolve("b"));
    assertEquals(0, processes(() -> written(ours, ours())));
  }

  /** By its bare path; Hadoop takes a link with a scheme for what it links to. */
  @Test
  void aLinkIsALinkAndAMissingFileIsMissing() throws IOException {
    FileSystem files = FileSystem.newInstance(ours());
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("gone"));
    assertTrue(files.getFileLinkStatus(new org.apache.hadoop.fs.Path(link.toString())).isSymlink());
    assertThrows(
        FileNotFoundException.class, () -> files.getFileLinkStatus(path(folder.resolve("none"))));
  }

  private static Map<String, String> written(Path root, Configuration hadoop) throws IOException {
    try (FileSystem files = FileSystem.newInstance(path(root).toUri(), hadoop)) {
      assertInstanceOf(hadoop.getClass("fs.file.impl", FileSystem.class, FileSystem.class), files);
      files.mkdirs(path(root.resolve("one/two")), new FsPermission((short) 0750));
      try (var out =
          FileSystem.create(
              files, path(root.resolve("one/two/file")), new FsPermission((short) 0640))) {
        out.writeBytes("hello");
      }
      files.create(path(root.resolve("plain"))).close();
      FileContext context = FileContext.getFileContext(hadoop);
      context.rename(
          path(root.resolve("one/two/file")),
          path(root.resolve("one/two/renamed")),
          Options.Rename.NONE);
      Path log = root.resolve("log");
      context.create(path(log), EnumSet.of(CreateFlag.CREATE)).close();
      assertThrows(
          IOException.class,
          () ->
              context.rename(
                  path(log), path(root.resolve("one/two/renamed")), Options.Rename.NONE));
    }
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.toList()) {
        String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        boolean text = !file.toString().endsWith(".crc") && Files.isRegularFile(file);
        found.put(
            root.relativize(file).toString(),
            text ? permissions + " " + Files.readString(file) : permissions);
      }
    }
    return found;
  }

  private static Configuration hadoop() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.file.impl", "org.apache.hadoop.fs.LocalFileSystem");
    return hadoop;
  }

  private static Configuration ours() {
    Configuration hadoop = new Configuration();
    LocalFiles.settings()
        .forEach((key, value) -> hadoop.set(key.substring("spark.hadoop.".length()), value));
    return hadoop;
  }

  private static org.apache.hadoop.fs.Path path(Path file) {
    return new org.apache.hadoop.fs.Path(file.toUri());
  }

  /** What is done, and may fail. */
  private interface Work {
    void run() throws Exception;
  }

  private long processes(Work work) throws Exception {
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ProcessStart");
      recording.start();
      work.run();
      recording.stop();
      Path file = Files.createTempFile(folder, "recording", ".jfr");
      recording.dump(file);
      List<RecordedEvent> events = RecordingFile.readAllEvents(file);
      return events.stream()
          .filter(event -> event.getEventType().getName().equals("jdk.ProcessStart"))
          .count();
    }
  }
}
