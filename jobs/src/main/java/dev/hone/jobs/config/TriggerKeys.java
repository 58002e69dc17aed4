package dev.hone.jobs.config;

import dev.hone.ingest.Landing;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.network.util.JavaUtils;

/**
 * Reads {@code trigger} of an entry and the keys that go with it.
 *
 * <pre>
 * trigger: available_now                                    what is there now
 * trigger: processing_time, processing_time: 30 seconds     a service that looks every 30 seconds
 * </pre>
 */
final class TriggerKeys {
  private static final String SERVICE = "processing_time";
  private static final String FILES = "max_files_per_trigger";
  private static final String BYTES = "max_bytes_per_trigger";
  private static final Pattern INTERVAL =
      Pattern.compile("(\\d{1,6}) ?(s|seconds?|m|min|minutes?|h|hours?)");

  private final Section section;

  TriggerKeys(Section section) {
    this.section = section;
  }

  /** How the entry is taken in; empty without a trigger, or after a problem. */
  Optional<Landing> read() {
    Optional<String> trigger = section.text("trigger");
    Optional<Duration> pause = section.text(SERVICE).flatMap(this::duration);
    Optional<Long> bytes = section.text(BYTES).flatMap(this::bytes);
    Optional<Integer> files = section.integer(FILES);
    if (trigger.isEmpty()) {
      for (String key : List.of(SERVICE, FILES, BYTES)) {
        if (section.given(key)) {
          section.problem(key, "goes with a trigger; add trigger: available_now, or remove it");
        }
      }
      return Optional.empty();
    }
    boolean service = trigger.get().equals(SERVICE);
    if (!service && section.given(SERVICE)) {
      section.problem(SERVICE, "goes with trigger: processing_time; remove one of the two");
    }
    StepsReader.notBoth(section, FILES, BYTES);
    return bytes.isEmpty() || pause.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Landing(
                service ? pause : Optional.empty(),
                files.map(OptionalInt::of).orElse(OptionalInt.empty()),
                bytes.get()));
  }

  private Optional<Duration> duration(String text) {
    Matcher interval = INTERVAL.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!interval.matches()) {
      section.problem(
          SERVICE,
          "'%s' is no interval; write one such as 30 seconds or 5 minutes".formatted(text));
      return Optional.empty();
    }
    long number = Long.parseLong(interval.group(1));
    return Optional.of(
        switch (interval.group(2).charAt(0)) {
          case 's' -> Duration.ofSeconds(number);
          case 'm' -> Duration.ofMinutes(number);
          default -> Duration.ofHours(number);
        });
  }

  private Optional<Long> bytes(String text) {
    try {
      long bytes = JavaUtils.byteStringAsBytes(text.strip());
      if (bytes > 0) {
        return Optional.of(bytes);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    section.problem(BYTES, "'%s' is no size above 0; write one such as 256m or 1g".formatted(text));
    return Optional.empty();
  }
}
