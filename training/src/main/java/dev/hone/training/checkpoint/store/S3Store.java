package dev.hone.training.checkpoint.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A prefix of a bucket, by the AWS SDK. An object is there whole or not at all, and a conditional
 * put ({@code If-None-Match: *}) lets one writer through; the store must know that, as S3 does.
 */
final class S3Store implements ModelStore {
  /** Bytes of a part; four are under way at once, none of them in memory. */
  private static final long PART = 16L << 20;

  private static final int CONDITION_FAILED = 412;
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;
  private static final int TRIES = 5;

  private final S3Calls s3;
  private final S3Uploads uploads;
  private final String prefix;

  private S3Store(S3Calls s3, String prefix) {
    this.s3 = s3;
    this.uploads = new S3Uploads(s3);
    this.prefix = prefix;
  }

  static S3Store at(URI location, Configuration configuration) throws IOException {
    String path = location.getPath() == null ? "" : location.getPath();
    return new S3Store(S3Calls.to(location, configuration), path.replaceAll("^/+|/+$", ""));
  }

  private String key(String name) {
    return prefix.isEmpty() || name.isEmpty() ? prefix + name : prefix + "/" + name;
  }

  /** What the keys of all that is in a directory begin with. */
  private String under(String directory) {
    String key = key(directory);
    return key.isEmpty() ? key : key + "/";
  }

  @Override
  public String shown(String name) {
    return s3.address(key(name));
  }

  @Override
  public boolean isFile(String name) throws IOException {
    if (key(name).isEmpty()) {
      return false;
    }
    try {
      s3.client().headObject(head -> head.bucket(s3.bucket()).key(key(name)));
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() == NOT_FOUND) {
        return false;
      }
      throw S3Problem.of("HeadObject", shown(name), e);
    } catch (SdkException e) {
      throw S3Problem.of("HeadObject", shown(name), e);
    }
  }

  @Override
  public List<Child> children(String directory) throws IOException {
    String under = under(directory);
    return s3.call(
        "ListObjectsV2",
        under,
        () -> {
          List<Child> children = new ArrayList<>();
          s3.client()
              .listObjectsV2Paginator(l -> l.bucket(s3.bucket()).prefix(under).delimiter("/"))
              .forEach(
                  page -> {
                    page.commonPrefixes()
                        .forEach(
                            found -> {
                              String name = found.prefix().substring(under.length());
                              children.add(
                                  new Child(
                                      name.substring(0, name.length() - 1),
                                      true,
                                      Optional.empty()));
                            });
                    page.contents().stream()
                        // Consoles make an empty object to show a directory.
                        .filter(object -> object.key().length() > under.length())
                        .forEach(
                            object ->
                                children.add(
                                    new Child(
                                        object.key().substring(under.length()),
                                        false,
                                        Optional.ofNullable(object.lastModified()))));
                  });
          children.sort(Comparator.comparing(Child::name));
          return children;
        });
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    try {
      return Optional.of(
          s3.client()
              .getObjectAsBytes(get -> get.bucket(s3.bucket()).key(key(name)))
              .asByteArray());
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    } catch (SdkException e) {
      throw S3Problem.of("GetObject", shown(name), e);
    }
  }

  @Override
  public void fetch(String name, Path target) throws IOException {
    new S3Download(s3, key(name), target, PART).fetch();
  }

  @Override
  public void put(Path file, String name) throws IOException {
    new S3Upload(s3, key(name), file, PART).send();
  }

  @Override
  public void put(byte[] contents, String name) throws IOException {
    s3.call(
        "PutObject",
        key(name),
        () ->
            s3.client()
                .putObject(
                    put ->
                        put.bucket(s3.bucket())
                            .key(key(name))
                            .checksumCRC32C(FileSlice.crc32c(contents)),
                    RequestBody.fromBytes(contents)));
  }

  /** A put that the client tried again after a lost answer finds its own object: no other's. */
  @Override
  public void putIfAbsent(byte[] contents, String name) throws IOException {
    for (int left = TRIES; ; left--) {
      try {
        s3.client()
            .putObject(
                put ->
                    put.bucket(s3.bucket())
                        .key(key(name))
                        .ifNoneMatch("*")
                        .checksumCRC32C(FileSlice.crc32c(contents)),
                RequestBody.fromBytes(contents));
        return;
      } catch (S3Exception e) {
        boolean taken = e.statusCode() == CONDITION_FAILED || e.statusCode() == CONFLICT;
        Optional<byte[]> there = taken ? read(name) : Optional.empty();
        if (there.filter(found -> Arrays.equals(found, contents)).isPresent()) {
          return;
        }
        if (there.isPresent()) {
          FileAlreadyExistsException exists = new FileAlreadyExistsException(shown(name));
          exists.initCause(e);
          throw exists;
        }
        // Another put of the key was under way and came to nothing.
        if (!taken || left == 1) {
          throw S3Problem.of("PutObject", shown(name), e);
        }
      } catch (SdkException e) {
        throw S3Problem.of("PutObject", shown(name), e);
      }
    }
  }

  @Override
  public void delete(String name) throws IOException {
    deleteKey(key(name));
  }

  private void deleteKey(String key) throws IOException {
    s3.call(
        "DeleteObject",
        key,
        () -> s3.client().deleteObject(delete -> delete.bucket(s3.bucket()).key(key)));
  }

  @Override
  public void deleteTree(String directory) throws IOException {
    String under = under(directory);
    uploads.abort(under);
    List<String> keys =
        s3.call(
            "ListObjectsV2",
            under,
            () ->
                s3
                    .client()
                    .listObjectsV2Paginator(list -> list.bucket(s3.bucket()).prefix(under))
                    .contents()
                    .stream()
                    .map(object -> object.key())
                    .toList());
    List<Callable<Void>> plain = new ArrayList<>();
    for (String key : keys) {
      if (!key.startsWith(under + ".")) {
        plain.add(
            s3.later(
                "DeleteObject",
                key,
                () -> s3.client().deleteObject(delete -> delete.bucket(s3.bucket()).key(key))));
      }
    }
    s3.transfers().all(plain);
    for (String key : keys) {
      if (key.startsWith(under + ".")) {
        deleteKey(key);
      }
    }
  }

  @Override
  public List<String> unfinishedUploads() throws IOException {
    String under = under("");
    return uploads.keys(under).stream().map(key -> key.substring(under.length())).toList();
  }

  @Override
  public void giveUp(String name) throws IOException {
    uploads.abort(key(name));
  }

  @Override
  public void requireWritable(String name) throws IOException {
    put(new byte[0], name);
    delete(name);
  }

  @Override
  public void close() {
    s3.close();
  }
}
