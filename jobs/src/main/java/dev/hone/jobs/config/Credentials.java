package dev.hone.jobs.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Recognises credentials written into a configuration. They would end in tables and logs, so only a
 * reference to the environment is accepted; no message ever shows the value.
 */
final class Credentials {
  private static final Pattern KEY =
      Pattern.compile(
          "(^|[._-])(api_?key|access_?key(_?id)?|secret(_?(access_?)?key)?|private_?key|auth_?key"
              + "|token|auth_?token|password|passwd|passphrase|credentials?)$");

  private static final Pattern VALUE =
      Pattern.compile(
          "\\b(AKIA|ASIA)[0-9A-Z]{16}\\b" // AWS access key
              + "|\\bhf_[A-Za-z0-9]{16,}" // model hub
              + "|\\bsk-[A-Za-z0-9_-]{16,}" // several model APIs
              + "|\\b(ghp|gho|ghs|ghu)_[A-Za-z0-9]{20,}|\\bgithub_pat_[A-Za-z0-9_]{20,}"
              + "|\\bglpat-[A-Za-z0-9_-]{16,}|\\bxox[abprs]-[A-Za-z0-9-]{10,}|\\bdapi[0-9a-f]{32}\\b"
              + "|\\beyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}\\." // JSON web token
              + "|-----BEGIN [A-Z ]*PRIVATE KEY-----");

  private static final Pattern URL_USER = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*://[^/\\s@]+@");

  private Credentials() {}

  /** Whether a key of this name holds a credential. */
  static boolean isSecretName(String key) {
    String name = key.toLowerCase(Locale.ROOT);
    // Axolotl's names of words of the vocabulary.
    return KEY.matcher(name).find() && !name.matches(".*(bos|eos|pad|unk|sep|cls|mask)_token$");
  }

  /** What kind of credential the text holds, if any. */
  static Optional<String> inValue(String text) {
    if (VALUE.matcher(text).find()) {
      return Optional.of("looks like a credential");
    }
    return URL_USER.matcher(text).find()
        ? Optional.of("holds a user or password in its address")
        : Optional.empty();
  }
}
