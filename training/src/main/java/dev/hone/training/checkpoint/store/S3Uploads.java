package dev.hone.training.checkpoint.store;

import java.io.IOException;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Uploads that were begun, and neither finished nor given up: a bucket keeps and bills them. */
record S3Uploads(S3Calls s3) {
  private static final int NOT_FOUND = 404;

  /** Keys that have any, and begin with those characters. */
  List<String> keys(String prefix) throws IOException {
    return list(prefix).stream().map(MultipartUpload::key).distinct().toList();
  }

  /** Gives up those of an object, or of all in a directory, whose name ends in a slash. */
  void abort(String key) throws IOException {
    for (MultipartUpload upload : list(key)) {
      if (key.endsWith("/") || upload.key().equals(key)) {
        abort(upload);
      }
    }
  }

  private List<MultipartUpload> list(String prefix) throws IOException {
    return s3.call(
        "ListMultipartUploads",
        prefix,
        () ->
            s3
                .client()
                .listMultipartUploadsPaginator(list -> list.bucket(s3.bucket()).prefix(prefix))
                .uploads()
                .stream()
                .toList());
  }

  /** Its writer may have finished it or given it up meanwhile. */
  private void abort(MultipartUpload upload) throws IOException {
    try {
      s3.client()
          .abortMultipartUpload(
              abort -> abort.bucket(s3.bucket()).key(upload.key()).uploadId(upload.uploadId()));
    } catch (S3Exception e) {
      if (e.statusCode() != NOT_FOUND) {
        throw S3Problem.of("AbortMultipartUpload", s3.address(upload.key()), e);
      }
    } catch (SdkException e) {
      throw S3Problem.of("AbortMultipartUpload", s3.address(upload.key()), e);
    }
  }
}
