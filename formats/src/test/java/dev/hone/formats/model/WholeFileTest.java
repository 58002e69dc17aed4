package dev.hone.formats.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class WholeFileTest {
  @TempDir private Path folder;

  @Test
  void aFileIsReplacedAsAWhole() throws IOException {
    Path file = Files.writeString(folder.resolve("a.bin"), "old");
    WholeFile.write(
        file,
        partial -> {
          assertEquals("old", Files.readString(file));
          Files.writeString(partial, "new");
        });
    assertEquals("new", Files.readString(file));
    assertEquals(List.of("a.bin"), names());
  }

  @Test
  void whatFailsChangesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("a.bin"), "old");
    assertThrows(
        IOException.class,
        () ->
            WholeFile.writeBytes(
                file,
                channel -> {
                  channel.write(ByteBuffer.wrap(new byte[] {1}));
                  throw new IOException("no room");
                }));
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("a.bin"), names());
  }

  @Test
  void whatAKilledWriterLeftIsReplaced() throws IOException {
    Path left = Files.writeString(folder.resolve(".a.bin.partial"), "longer than what comes");
    WholeFile.writeBytes(
        folder.resolve("a.bin"), channel -> channel.write(ByteBuffer.wrap(new byte[] {'x'})));
    assertEquals("x", Files.readString(folder.resolve("a.bin")));
    Files.writeString(left, "again");
    NewFile.write(folder.resolve("b.bin"), partial -> Files.writeString(partial, "y"));
    Files.move(left, folder.resolve(".c.bin.partial"));
    NewFile.write(folder.resolve("c.bin"), partial -> Files.writeString(partial, "z"));
    assertEquals(List.of("a.bin", "b.bin", "c.bin"), names());
    assertEquals("z", Files.readString(folder.resolve("c.bin")));
  }

  @Test
  void aNewFileReplacesNone() throws IOException {
    Path file = Files.writeString(folder.resolve("a.bin"), "old");
    assertThrows(
        HoneException.class,
        () -> NewFile.write(file, partial -> Files.writeString(partial, "new")));
    assertEquals("old", Files.readString(file));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
