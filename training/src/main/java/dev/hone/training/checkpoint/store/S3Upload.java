package dev.hone.training.checkpoint.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/**
 * Sends a file of this machine: a small one at once, a large one in parts beside each other. Each
 * request carries the CRC32C of what it sends, which the store compares.
 *
 * @param key of the object
 * @param part bytes of a part
 */
record S3Upload(S3Calls s3, String key, Path file, long part) {
  /** S3's largest number of parts. */
  private static final int MOST_PARTS = 10_000;

  void send() throws IOException {
    long size = Files.size(file);
    if (size <= part) {
      FileSlice whole = new FileSlice(file, 0, size);
      String sum = whole.crc32c();
      s3.call(
          "PutObject",
          key,
          () ->
              s3.client()
                  .putObject(
                      put -> put.bucket(s3.bucket()).key(key).checksumCRC32C(sum), whole.body()));
      return;
    }
    String upload =
        s3.call(
            "CreateMultipartUpload",
            key,
            () ->
                s3.client()
                    .createMultipartUpload(
                        create ->
                            create
                                .bucket(s3.bucket())
                                .key(key)
                                .checksumAlgorithm(ChecksumAlgorithm.CRC32_C))
                    .uploadId());
    try {
      complete(upload, sendParts(upload, size), size);
    } catch (IOException | RuntimeException e) {
      abort(upload, e);
      throw e;
    }
  }

  private List<CompletedPart> sendParts(String upload, long size) throws IOException {
    long length = Math.max(part, (size + MOST_PARTS - 1) / MOST_PARTS);
    int parts = (int) ((size + length - 1) / length);
    CompletedPart[] sent = new CompletedPart[parts];
    List<Callable<Void>> transfers = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      int index = i;
      FileSlice slice = new FileSlice(file, i * length, Math.min(length, size - i * length));
      transfers.add(
          s3.later("UploadPart", key, () -> sent[index] = sendPart(upload, index + 1, slice)));
    }
    s3.transfers().all(transfers);
    return List.of(sent);
  }

  private CompletedPart sendPart(String upload, int number, FileSlice slice) throws IOException {
    String sum = slice.crc32c();
    String tag =
        s3.client()
            .uploadPart(
                sends ->
                    sends
                        .bucket(s3.bucket())
                        .key(key)
                        .uploadId(upload)
                        .partNumber(number)
                        .checksumCRC32C(sum),
                slice.body())
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(tag).checksumCRC32C(sum).build();
  }

  /** If the answer to the first attempt was lost, the next one finds no upload, but the object. */
  private void complete(String upload, List<CompletedPart> parts, long size) throws StoreException {
    try {
      s3.client()
          .completeMultipartUpload(
              complete ->
                  complete
                      .bucket(s3.bucket())
                      .key(key)
                      .uploadId(upload)
                      .multipartUpload(all -> all.parts(parts)));
    } catch (NoSuchUploadException e) {
      long there =
          s3.call(
              "HeadObject",
              key,
              () ->
                  s3.client()
                      .headObject(head -> head.bucket(s3.bucket()).key(key))
                      .contentLength());
      if (there != size) {
        throw S3Problem.of("CompleteMultipartUpload", s3.address(key), e);
      }
    } catch (SdkException e) {
      throw S3Problem.of("CompleteMultipartUpload", s3.address(key), e);
    }
  }

  private void abort(String upload, Exception cause) {
    try {
      s3.client()
          .abortMultipartUpload(abort -> abort.bucket(s3.bucket()).key(key).uploadId(upload));
    } catch (SdkException e) {
      // The store is away; the next run gives the upload up.
      cause.addSuppressed(e);
    }
  }
}
