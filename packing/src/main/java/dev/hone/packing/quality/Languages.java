package dev.hone.packing.quality;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import opennlp.tools.langdetect.LanguageDetectorME;
import opennlp.tools.langdetect.LanguageDetectorModel;

/**
 * Which language a text is in, as Apache OpenNLP's detector says. Languages are written with the
 * two letters of ISO 639-1, those that have none with the three of ISO 639-3; Norwegian, Estonian,
 * Latvian, Persian, Chinese and Malagasy are one language each.
 *
 * <p>Worked example: {@code "The ship had left the harbour before anybody on the shore was awake."}
 * is {@code en}; {@code "Yes, of course!"} has too few words to tell.
 */
public final class Languages {
  /** Fewer words than this are not judged: detectors take them for anything. */
  static final int LEAST_WORDS = 10;

  /** What comes after so many characters is not looked at. */
  private static final int MOST_CHARS = 4_000;

  private static final String MODEL = "langdetect-183.bin";

  /** Languages that the model has by other names, or by several. */
  private static final Map<String, String> SAME =
      Map.of(
          "cmn", "zh", "ekk", "et", "lvs", "lv", "pes", "fa", "plt", "mg", "nob", "no", "nno", "no",
          "nb", "no", "nn", "no");

  private static final Map<String, String> TWO_LETTERS =
      Arrays.stream(Locale.getISOLanguages())
          .collect(
              Collectors.toUnmodifiableMap(
                  code -> Locale.forLanguageTag(code).getISO3Language(),
                  code -> code,
                  (first, other) -> first));

  private Languages() {}

  /**
   * Read when the first text is looked at, and never changed.
   *
   * @param known the codes of all languages
   */
  private record Loaded(LanguageDetectorModel model, SortedSet<String> known) {
    static final Loaded INSTANCE = read();

    private static Loaded read() {
      try (InputStream in = Languages.model(Languages.class.getClassLoader()).openStream()) {
        LanguageDetectorModel model = new LanguageDetectorModel(in);
        SortedSet<String> known = new TreeSet<>();
        for (int i = 0; i < model.getMaxentModel().getNumOutcomes(); i++) {
          known.add(code(model.getMaxentModel().getOutcome(i)));
        }
        return new Loaded(model, Collections.unmodifiableSortedSet(known));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Where the model lies, which hone's own jar does not have.
   *
   * @throws HoneException if it is not on the class path
   */
  static URL model(ClassLoader loader) {
    URL model = loader.getResource(MODEL);
    if (model == null) {
      throw new HoneException(
          "%s, OpenNLP's model of languages, is not on the class path; add org.apache.opennlp:opennlp-models-langdetect:1.2.0 to it (spark-submit --packages), or remove allowed_languages and excluded_languages"
              .formatted(MODEL));
    }
    return model;
  }

  private static Loaded loaded() {
    model(Languages.class.getClassLoader());
    return Loaded.INSTANCE;
  }

  /**
   * The likeliest language of a text; empty if it has too few words.
   *
   * @throws HoneException if there is no model
   */
  static Optional<String> of(String text) {
    if (Words.count(text) < LEAST_WORDS) {
      return Optional.empty();
    }
    LanguageDetectorME detector = new LanguageDetectorME(loaded().model());
    return Optional.of(code(detector.predictLanguage(beginning(text)).getLang()));
  }

  private static String beginning(String text) {
    int end = Math.min(MOST_CHARS, text.length());
    boolean halved = end < text.length() && Character.isHighSurrogate(text.charAt(end - 1));
    return text.substring(0, halved ? end - 1 : end);
  }

  /**
   * The code of a language that can be told: {@code de}, or {@code deu}.
   *
   * @throws HoneException if it cannot, or there is no model
   */
  public static String named(String name) {
    String code = code(name.toLowerCase(Locale.ROOT));
    SortedSet<String> known = loaded().known();
    if (!known.contains(code)) {
      throw new HoneException(
          "'%s' is no language that can be told; use ISO 639-1, one of %s"
              .formatted(name, String.join(", ", known)));
    }
    return code;
  }

  private static String code(String code) {
    String same = SAME.getOrDefault(code, code);
    return TWO_LETTERS.getOrDefault(same, same);
  }
}
