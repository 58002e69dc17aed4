package dev.hone.formats.model.peft;

import java.io.Serializable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an adapter is before training: {@code init_lora_weights}.
 *
 * <p>Example: {@code named("pissa_niter_16")} is {@code pissa(16)}.
 *
 * @param iterations of PiSSA: of the subspace in which the singular vectors are looked for; 0: the
 *     whole decomposition is made
 */
public record LoraInit(Kind kind, int iterations) implements Serializable {
  /** The ways to begin. */
  public enum Kind {
    /** {@code true}: A uniform in ±1/sqrt(in), which is Kaiming's with a = sqrt(5); B zero. */
    KAIMING,
    /** {@code gaussian}: A normal with a standard deviation of 1/r; B zero. */
    GAUSSIAN,
    /**
     * {@code olora}: of the weight's QR decomposition (Büyükakyüz 2024), and taken out of the
     * weight, so that training starts at the base model.
     */
    OLORA,
    /**
     * {@code pissa}: of the weight's largest singular values (Meng et al. 2024), and taken out of
     * it.
     */
    PISSA
  }

  public static final LoraInit KAIMING = new LoraInit(Kind.KAIMING, 0);
  public static final LoraInit GAUSSIAN = new LoraInit(Kind.GAUSSIAN, 0);
  public static final LoraInit OLORA = new LoraInit(Kind.OLORA, 0);

  private static final Pattern PISSA = Pattern.compile("pissa(?:_niter_([1-9]\\d{0,5}))?");

  /** PiSSA by so many iterations; 0: exactly. */
  public static LoraInit pissa(int iterations) {
    return new LoraInit(Kind.PISSA, iterations);
  }

  /** The value of that name; empty: there is none. */
  public static Optional<LoraInit> named(String name) {
    Matcher pissa = PISSA.matcher(name);
    if (pissa.matches()) {
      return Optional.of(pissa(pissa.group(1) == null ? 0 : Integer.parseInt(pissa.group(1))));
    }
    return switch (name) {
      case "true" -> Optional.of(KAIMING);
      case "gaussian" -> Optional.of(GAUSSIAN);
      case "olora" -> Optional.of(OLORA);
      default -> Optional.empty();
    };
  }

  /** Whether A and B begin as a part of the weight, which is taken out of it. */
  public boolean ofWeights() {
    return kind == Kind.OLORA || kind == Kind.PISSA;
  }
}
