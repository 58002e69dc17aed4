package dev.hone.ingest;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a landing folder is taken in: files only ever arrive in it, and each is read once, in batches
 * of bounded size.
 *
 * @param every pause between looks of a service that goes on until it is stopped; empty: what is
 *     there now is taken, and that is all
 * @param maxFiles files of a batch, which go before {@code maxBytes}; empty: bytes count
 * @param maxBytes bytes of a batch, as the files lie there; a larger file is a batch of its own
 */
public record Landing(Optional<Duration> every, OptionalInt maxFiles, long maxBytes) {
  /** Bytes of a batch where nothing else is said: some minutes of work, and memory to spare. */
  public static final long MAX_BYTES = 256L << 20;

  public Landing {
    Objects.requireNonNull(every, "every");
    Objects.requireNonNull(maxFiles, "maxFiles");
  }

  /** What is there now, in batches of {@link #MAX_BYTES}. */
  public static Landing availableNow() {
    return new Landing(Optional.empty(), OptionalInt.empty(), MAX_BYTES);
  }

  /** The same in batches of so many files. */
  public Landing withMaxFiles(int files) {
    return new Landing(every, OptionalInt.of(files), maxBytes);
  }

  /** The same as a service that looks again after each pause. */
  public Landing everySoOften(Duration pause) {
    return new Landing(Optional.of(pause), maxFiles, maxBytes);
  }
}
