package dev.hone.training.checkpoint.store;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A bucket, and how its answers become exceptions that a person understands.
 *
 * @param transfers parts of files under way at once
 */
record S3Calls(S3Client client, Transfers transfers, String bucket) implements AutoCloseable {
  /** Parts under way at once. */
  private static final int AT_ONCE = 4;

  static S3Calls to(URI location, Configuration configuration) throws IOException {
    String bucket = location.getHost() == null ? location.getAuthority() : location.getHost();
    if (bucket == null) {
      throw new IOException("it names no bucket, as s3://bucket/path does");
    }
    return new S3Calls(
        new S3Settings(configuration, bucket).client(AT_ONCE + 1), new Transfers(AT_ONCE), bucket);
  }

  /**
   * Makes a call.
   *
   * @param operation as S3 names it
   * @param key of the object, or what keys begin with
   */
  <T> T call(String operation, String key, Supplier<T> call) throws StoreException {
    try {
      return call.get();
    } catch (SdkException e) {
      throw S3Problem.of(operation, address(key), e);
    }
  }

  /** The same for one that is made later, beside others. */
  Callable<Void> later(String operation, String key, Callable<?> call) {
    return () -> {
      try {
        call.call();
        return null;
      } catch (SdkException e) {
        throw S3Problem.of(operation, address(key), e);
      }
    };
  }

  String address(String key) {
    return "s3://" + bucket + (key.isEmpty() ? "" : "/" + key);
  }

  @Override
  public void close() {
    transfers.close();
    client.close();
  }
}
