package dev.hone.packing.quality.pii;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys that services mark by how they begin, PEM private keys, and signed web tokens. */
final class ApiKey {
  private static final Pattern KEY =
      Pattern.compile(
          "(?<![A-Za-z0-9])(?:"
              + String.join(
                  "|",
                  "(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])", // AWS
                  "gh[pousr]_[A-Za-z0-9]{36}", // GitHub
                  "github_pat_[A-Za-z0-9_]{60}",
                  "glpat-[A-Za-z0-9_-]{20}", // GitLab
                  "sk-(?:proj-|ant-)?[A-Za-z0-9_-]{32}", // OpenAI, Anthropic
                  "[sr]k_live_[A-Za-z0-9]{20}", // Stripe
                  "xox[abprs]-[0-9]{8,14}-[A-Za-z0-9-]{10}", // Slack
                  "AIza[A-Za-z0-9_-]{35}", // Google
                  "hf_[A-Za-z]{34}", // Hugging Face
                  "SG\\.[A-Za-z0-9_-]{20,24}\\.[A-Za-z0-9_-]{30}", // SendGrid
                  "npm_[A-Za-z0-9]{36}",
                  "pypi-AgE[A-Za-z0-9_-]{40}",
                  "(?<![_-])eyJ[A-Za-z0-9_-]{8,}+\\.eyJ[A-Za-z0-9_-]{8,}+\\.[A-Za-z0-9_-]{16}")
              + ")"
              + "|-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----");

  private ApiKey() {}

  static int find(String text) {
    Matcher matcher = KEY.matcher(text);
    return matcher.find() ? matcher.start() : -1;
  }
}
