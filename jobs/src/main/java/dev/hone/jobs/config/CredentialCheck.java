package dev.hone.jobs.config;

import java.util.Locale;

/** Looks for literal credentials in a value and everything inside it. */
final class CredentialCheck {
  private CredentialCheck() {}

  /** Whether there is none; otherwise the problems say where. */
  static boolean passes(String key, ConfigNode node, Problems problems) {
    if (node instanceof ConfigNode.Entries entries) {
      return entries.values().entrySet().stream()
              .filter(entry -> !passes(key + "." + entry.getKey(), entry.getValue(), problems))
              .count()
          == 0;
    }
    if (node instanceof ConfigNode.Items items) {
      boolean pass = true;
      for (int i = 0; i < items.values().size(); i++) {
        pass &= passes(key + "." + i, items.values().get(i), problems);
      }
      return pass;
    }
    ConfigNode.Scalar scalar = (ConfigNode.Scalar) node;
    if (Credentials.isSecretName(key) && isLiteral(scalar)) {
      problems.add(
          scalar.location(),
          key,
          "holds a literal credential (not shown here); write a reference such as ${%s} and set it in"
                  .formatted(key.substring(key.lastIndexOf('.') + 1).toUpperCase(Locale.ROOT))
              + " the environment");
      return false;
    }
    return Credentials.inValue(scalar.text())
        .map(
            what -> {
              problems.add(
                  scalar.location(),
                  key,
                  what
                      + " (not shown here); remove it: S3 uses the AWS SDK's default chain, other"
                      + " secrets are written as ${NAME}");
              return false;
            })
        .orElse(true);
  }

  private static boolean isLiteral(ConfigNode.Scalar scalar) {
    return switch (scalar.kind()) {
      case NULL, FLAG -> false;
      case INTEGER, NUMBER, TEXT -> !scalar.text().isEmpty() && !EnvReferences.only(scalar.text());
    };
  }
}
