package dev.hone.formats.corpus;

import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.FormatOption.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Every {@link CorpusFormat} on the class path. */
public final class CorpusFormats {
  private static final List<CorpusFormat> ALL =
      Stream.concat(
              services(CorpusFormat.class),
              services(FormatFamily.class).flatMap(family -> family.formats().stream()))
          .toList();

  private CorpusFormats() {}

  /**
   * The format that answers to a {@code type:}.
   *
   * @param type as in the YAML; {@code ""} for an empty one
   */
  public static Optional<CorpusFormat> named(String type) {
    return ALL.stream().filter(format -> format.types().contains(type)).findFirst();
  }

  /** Every value of {@code type:} that is understood, sorted. */
  public static Set<String> names() {
    Set<String> names = new TreeSet<>();
    ALL.forEach(format -> names.addAll(format.types()));
    return names;
  }

  /** The option that a key belongs to: its own, or the mapping that it is a key of. */
  public static Optional<FormatOption> option(List<FormatOption> options, String key) {
    Optional<FormatOption> own =
        options.stream().filter(option -> option.key().equals(key)).findFirst();
    return own.or(
        () ->
            options.stream()
                .filter(option -> option.kind() == Kind.MAPPING)
                .filter(option -> key.startsWith(option.key() + "."))
                .findFirst());
  }

  /**
   * A value for every key of a format: as given, or the default.
   *
   * @throws HoneException if a key is none of the format's
   */
  public static Map<String, String> complete(CorpusFormat format, Map<String, String> given) {
    List<FormatOption> options = format.options();
    Map<String, String> values = new TreeMap<>();
    for (FormatOption option : options) {
      if (option.kind() != Kind.MAPPING) {
        values.put(option.key(), option.fallback());
      }
    }
    given.forEach(
        (key, value) -> {
          if (option(options, key).isEmpty()) {
            throw new HoneException(
                "type '%s' has no key %s; it has %s"
                    .formatted(
                        new TreeSet<>(format.types()).first(),
                        key,
                        options.stream().map(FormatOption::key).sorted().toList()));
          }
          values.put(key, value);
        });
    return values;
  }

  private static <T> Stream<T> services(Class<T> type) {
    // The loader of this class, not of the thread: on a Spark executor that is the one that has the
    // job's jars.
    return ServiceLoader.load(type, CorpusFormats.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get);
  }
}
