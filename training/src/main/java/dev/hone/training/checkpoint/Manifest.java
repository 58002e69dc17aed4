package dev.hone.training.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a written model consists of: {@value #FILE}, written after everything it lists. A directory
 * without it is not a model of ours, whatever else lies there.
 *
 * @param runId the run that wrote it
 * @param step optimizer steps done
 * @param format hf: a whole model; peft: an adapter
 * @param files every file, by name
 */
public record Manifest(String runId, long step, String format, List<Entry> files) {
  /** Its name in the directory. */
  public static final String FILE = "manifest.json";

  private static final String KIND = "hone-manifest/1";
  private static final JsonMapper JSON = new JsonMapper();

  public Manifest {
    files = List.copyOf(files);
  }

  /**
   * One file.
   *
   * @param name relative to the directory, with slashes
   * @param bytes its size
   * @param sha256 of its contents, in hexadecimal
   */
  public record Entry(String name, long bytes, String sha256) {

    /** What a file is. */
    static Entry of(String name, Path file) throws IOException {
      return new Entry(name, Files.size(file), Manifest.sha256(file));
    }
  }

  /** The manifest of everything in a directory. */
  static Manifest of(Path directory, String runId, long step, String format) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(directory)) {
      paths = walk.filter(Files::isRegularFile).sorted().toList();
    }
    List<Entry> entries = new ArrayList<>();
    for (Path path : paths) {
      entries.add(Entry.of(directory.relativize(path).toString().replace('\\', '/'), path));
    }
    return new Manifest(runId, step, format, entries);
  }

  /** Size of all listed files together. */
  long bytes() {
    return files.stream().mapToLong(Entry::bytes).sum();
  }

  /** The text of the file. */
  String json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("kind", KIND).put("run_id", runId).put("step", step).put("format", format);
    for (Entry entry : files) {
      root.withArray("files")
          .addObject()
          .put("name", entry.name)
          .put("bytes", entry.bytes)
          .put("sha256", entry.sha256);
    }
    return root.toPrettyString() + "\n";
  }

  /** A manifest of ours; empty for any other text. */
  static Optional<Manifest> parse(String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    if (!KIND.equals(root.path("kind").asText())) {
      return Optional.empty();
    }
    List<Entry> entries = new ArrayList<>();
    for (JsonNode file : root.path("files")) {
      entries.add(
          new Entry(
              file.path("name").asText(),
              file.path("bytes").asLong(),
              file.path("sha256").asText()));
    }
    return Optional.of(
        new Manifest(
            root.path("run_id").asText(),
            root.path("step").asLong(),
            root.path("format").asText(),
            entries));
  }

  private static String sha256(Path path) throws IOException {
    MessageDigest digest = Sha256.digest();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(path)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
