package dev.hone.packing.quality.pii;

import java.util.Locale;

/**
 * A kind of personal data or secret that can be told by its form. What is reserved for examples, as
 * {@code user@example.com} and 555-0100, is none. Names and postal addresses cannot be told so.
 */
public enum PiiKind {
  EMAIL("an e-mail address"),
  PHONE_NUMBER("a phone number"),
  CREDIT_CARD("a payment card number"),
  IBAN("a bank account number (IBAN)"),
  IP_ADDRESS("a public IP address"),
  API_KEY("an API key or private key");

  private final String shown;

  PiiKind(String shown) {
    this.shown = shown;
  }

  /** Where the first one begins, or -1. Linear in the text, whatever the text. */
  public int find(String text) {
    return switch (this) {
      case EMAIL -> EmailAddress.find(text);
      case PHONE_NUMBER -> PhoneNumber.find(text);
      case CREDIT_CARD -> CardNumber.find(text);
      case IBAN -> Iban.find(text);
      case IP_ADDRESS -> IpAddress.find(text);
      case API_KEY -> ApiKey.find(text);
    };
  }

  /** For a message: {@code an e-mail address}. */
  public String shown() {
    return shown;
  }

  /** The value of the configuration key. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * A value of the key.
   *
   * @throws IllegalArgumentException for any other value
   */
  public static PiiKind named(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }
}
