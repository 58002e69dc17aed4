package dev.hone.formats.corpus;

import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Every {@link CorpusFormat} on the class path. */
public final class CorpusFormats {
  private CorpusFormats() {}

  /**
   * The format that answers to a {@code type:}.
   *
   * @param type as in the YAML; {@code ""} for an empty one
   */
  public static Optional<CorpusFormat> named(String type) {
    return all().filter(format -> format.types().contains(type)).findFirst();
  }

  /** Every value of {@code type:} that is understood, sorted. */
  public static Set<String> names() {
    Set<String> names = new TreeSet<>();
    all().forEach(format -> names.addAll(format.types()));
    return names;
  }

  private static Stream<CorpusFormat> all() {
    // The loader of this class, not of the thread: on a Spark executor that is the one that has the
    // job's jars.
    return ServiceLoader.load(CorpusFormat.class, CorpusFormats.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get);
  }
}
