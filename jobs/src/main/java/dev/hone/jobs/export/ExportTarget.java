package dev.hone.jobs.export;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.gguf.Quantization;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What an export makes: the value of {@code --to}.
 *
 * @param quantization of a GGUF file; of the other forms it means nothing
 */
public record ExportTarget(Form form, Quantization quantization) {

  /** The kinds of exports. */
  public enum Form {
    /** The files as training wrote them. */
    HF,
    /** A Hugging Face directory with the adapter in its weights. */
    MERGED,
    /** One file for llama.cpp. */
    GGUF,
    /** That file and a {@code Modelfile}. */
    OLLAMA
  }

  /**
   * Reads a value: {@code hf}, {@code merged}, {@code gguf:q8_0}, {@code ollama}, {@code
   * ollama:q4_k_m}.
   *
   * @throws HoneException if it is none
   */
  public static ExportTarget of(String text) {
    String[] parts = text.toLowerCase(Locale.ROOT).split(":", 2);
    return switch (parts[0]) {
      case "hf" -> plain(Form.HF, parts, text);
      case "merged" -> plain(Form.MERGED, parts, text);
      case "gguf" ->
          new ExportTarget(Form.GGUF, Quantization.named(parts.length < 2 ? "f16" : parts[1]));
      case "ollama" ->
          new ExportTarget(Form.OLLAMA, Quantization.named(parts.length < 2 ? "q8_0" : parts[1]));
      default -> throw unknown(text);
    };
  }

  private static ExportTarget plain(Form form, String[] parts, String text) {
    if (parts.length > 1) {
      throw unknown(text);
    }
    return new ExportTarget(form, Quantization.F32);
  }

  private static HoneException unknown(String text) {
    return new HoneException(
        "--to is %s, and hone exports to hf, merged, gguf:TYPE and ollama, TYPE being f32, f16, bf16, q8_0, q6_k, q4_k_m or q4_0"
            .formatted(text));
  }

  /** Where an export goes that is told nothing: beside the model. */
  public Path beside(Path model) {
    Path whole = model.toAbsolutePath().normalize();
    String name = whole.getFileName() + "-";
    return whole.resolveSibling(
        switch (form) {
          case HF, MERGED, OLLAMA -> name + form.name().toLowerCase(Locale.ROOT);
          case GGUF -> name + quantization.key() + ".gguf";
        });
  }
}
