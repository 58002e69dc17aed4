package dev.hone.training.distributed;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hone.formats.HoneException;
import dev.hone.formats.Sha256;
import dev.hone.ingest.tables.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Tells models apart by what is in their files, wherever they lie: SHA-256 of configuration and
 * weights, with how they are held and computed. Tokenizers are no part of it.
 *
 * <p>All of a model is read, at the pace of one stream; a directory that hone wrote is told by its
 * manifest, which has the hashes.
 */
final class ModelFingerprint {
  private static final String MANIFEST = "manifest.json";

  private ModelFingerprint() {}

  /**
   * The fingerprint, in hexadecimal.
   *
   * @param asked what is asked of the model, if answers depend on it
   * @throws HoneException if a file cannot be read
   */
  static String of(ModelSource source, String asked, Configuration hadoop) {
    MessageDigest digest = Sha256.digest();
    for (String word :
        List.of(
            source.weights().name(), source.bf16().name(), source.newTokens().toString(), asked)) {
      digest.update((word + "\n").getBytes(UTF_8));
    }
    add(digest, source.baseModel(), hadoop);
    source.adapter().flatMap(ModelSource.Adapter::from).ifPresent(at -> add(digest, at, hadoop));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void add(MessageDigest digest, String location, Configuration hadoop) {
    try {
      Path path = new Path(location);
      FileSystem files = path.getFileSystem(hadoop);
      Path manifest = new Path(path, MANIFEST);
      if (files.getFileStatus(path).isDirectory() && files.exists(manifest)) {
        add(digest, files, manifest);
        return;
      }
      for (FileStatus file : weights(files.listStatus(path))) {
        add(digest, files, file.getPath());
      }
    } catch (IOException e) {
      throw new HoneException(
          "the model '%s' cannot be read: %s; check the address"
              .formatted(location, Failures.firstLine(e)),
          e);
    }
  }

  private static List<FileStatus> weights(FileStatus[] listed) {
    return Stream.of(listed)
        .filter(FileStatus::isFile)
        .filter(
            file ->
                Stream.of("config.json", ".safetensors", ".gguf")
                    .anyMatch(file.getPath().getName()::endsWith))
        .sorted((a, b) -> a.getPath().getName().compareTo(b.getPath().getName()))
        .toList();
  }

  private static void add(MessageDigest digest, FileSystem files, Path path) throws IOException {
    digest.update((path.getName() + "\n").getBytes(UTF_8));
    byte[] buffer = new byte[1 << 20];
    try (InputStream in = files.open(path)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
  }
}
