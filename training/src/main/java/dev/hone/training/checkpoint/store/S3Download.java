package dev.hone.training.checkpoint.store;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Copies an object to this machine, in parts beside each other. A part whose connection breaks is
 * asked for again; all parts are of the object that was there at the beginning.
 *
 * @param key of the object
 * @param part bytes of a part
 */
record S3Download(S3Calls s3, String key, Path target, long part) {
  private static final int PIECE = 1 << 16;

  void fetch() throws IOException {
    HeadObjectResponse head =
        s3.call(
            "HeadObject", key, () -> s3.client().headObject(h -> h.bucket(s3.bucket()).key(key)));
    long size = head.contentLength();
    try (FileChannel file =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      List<Callable<Void>> transfers = new ArrayList<>();
      for (long from = 0; from < size; from += part) {
        long first = from;
        long end = Math.min(from + part, size);
        transfers.add(
            s3.later(
                "GetObject",
                key,
                () ->
                    s3.client()
                        .getObject(
                            get ->
                                get.bucket(s3.bucket())
                                    .key(key)
                                    .ifMatch(head.eTag())
                                    .range("bytes=%d-%d".formatted(first, end - 1)),
                            into(file, first, end))));
      }
      s3.transfers().all(transfers);
    }
  }

  private static ResponseTransformer<GetObjectResponse, GetObjectResponse> into(
      FileChannel file, long from, long end) {
    return (response, in) -> {
      copy(in, file, from, end);
      return response;
    };
  }

  /** What breaks while a body is read is worth another attempt; a full disk is not. */
  private static void copy(InputStream in, FileChannel file, long from, long end)
      throws IOException {
    byte[] piece = new byte[PIECE];
    for (long place = from; place < end; ) {
      int read;
      try {
        read = in.read(piece, 0, (int) Math.min(piece.length, end - place));
        if (read < 0) {
          throw new EOFException("the answer ended after %d bytes".formatted(place - from));
        }
      } catch (IOException e) {
        throw RetryableException.builder().message(e.getMessage()).cause(e).build();
      }
      ByteBuffer bytes = ByteBuffer.wrap(piece, 0, read);
      while (bytes.hasRemaining()) {
        place += file.write(bytes, place);
      }
    }
  }
}
