package dev.hone.jobs.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads one value as its key's type, references to the environment resolved. */
final class ValueParser {
  private final Key key;
  private final String full;
  private final ReadContext context;

  ValueParser(Key key, String full, ReadContext context) {
    this.key = key;
    this.full = full;
    this.context = context;
  }

  /** The value, or nothing after a problem: String, Long, Double, Boolean, List or Map. */
  Optional<Object> parse(ConfigNode node) {
    return switch (key.type()) {
      case PATH, TEXT -> scalar(node).flatMap(text -> words(node, text));
      case INTEGER -> scalar(node).flatMap(text -> integer(node, text));
      case NUMBER -> scalar(node).flatMap(text -> number(node, text));
      case NUMBERS -> numbers(node);
      case COUNT_OR_FLAG -> scalar(node).flatMap(text -> countOrFlag(node, text));
      case FLAG -> scalar(node).flatMap(text -> flag(node, text));
      case CHOICE -> scalar(node).flatMap(text -> choice(node, text));
      case WORDS -> list(node);
      case MAP -> map(node);
      case JSON -> json(node);
      case SECRET -> scalar(node).map(Object.class::cast);
      case SECTION ->
          node instanceof ConfigNode.Entries entries ? Optional.of(entries) : wrong(node, "");
      case LIST -> sections(node);
    };
  }

  private Optional<String> scalar(ConfigNode node) {
    if (!(node instanceof ConfigNode.Scalar scalar)) {
      return wrong(node, "");
    }
    List<String> unset = EnvReferences.unset(scalar.text(), context.environment());
    if (!unset.isEmpty()) {
      context
          .problems()
          .add(
              node.location(),
              full,
              "%s refers to the environment variable %s, which is not set; set it, or write the value"
                  .formatted(scalar.shown(), String.join(", ", unset)));
      return Optional.empty();
    }
    String value = EnvReferences.resolve(scalar.text(), context.environment());
    // White space at the ends means something in the text of a prompt, and nothing elsewhere.
    return Optional.of(key.type() == Key.Type.TEXT ? value : value.strip());
  }

  private Optional<Object> words(ConfigNode node, String text) {
    if (node instanceof ConfigNode.Scalar scalar && scalar.kind() == ConfigNode.Scalar.Kind.FLAG) {
      return wrong(node, "; put quotes around it if the word is meant");
    }
    // A reference may bring in what the file may not hold.
    Optional<String> credential = Credentials.inValue(text);
    if (credential.isPresent()) {
      context
          .problems()
          .add(
              node.location(),
              full,
              "once its reference is resolved it %s (not shown here); S3 uses the AWS SDK's default chain"
                  .formatted(credential.get()));
      return Optional.empty();
    }
    return text.isEmpty() && key.required() ? wrong(node, "") : Optional.of(text);
  }

  private Optional<Object> integer(ConfigNode node, String text) {
    Optional<Double> value = Numbers.parse(text);
    if (value.isEmpty()
        || value.get() != Math.rint(value.get())
        || Math.abs(value.get()) > Integer.MAX_VALUE
        || !key.allows(value.get())) {
      return wrong(node, "");
    }
    return Optional.of(value.get().longValue());
  }

  private Optional<Object> number(ConfigNode node, String text) {
    Optional<Double> value = Numbers.parse(text).filter(key::allows);
    return value.isEmpty() ? wrong(node, "") : Optional.of(value.get());
  }

  /** {@code [0.7, 0.3]} or, as LLaMA-Factory has it, {@code 0.7,0.3}. */
  private Optional<Object> numbers(ConfigNode node) {
    List<String> texts = new ArrayList<>();
    for (ConfigNode item :
        node instanceof ConfigNode.Items items ? items.values() : List.of(node)) {
      Optional<String> text = scalar(item);
      if (text.isEmpty()) {
        return Optional.empty();
      }
      texts.addAll(List.of(text.get().split(",", -1)));
    }
    List<Double> numbers =
        texts.stream()
            .flatMap(text -> Numbers.parse(text.strip()).filter(key::allows).stream())
            .toList();
    return numbers.size() < texts.size() ? wrong(node, "") : Optional.of(numbers);
  }

  private Optional<Object> flag(ConfigNode node, String text) {
    Optional<Boolean> value = Flags.parse(text);
    return value.isEmpty() ? wrong(node, "") : Optional.of(value.get());
  }

  /** A whole number; true is 1 and false 0. */
  private Optional<Object> countOrFlag(ConfigNode node, String text) {
    Optional<Boolean> flag = Flags.parse(text);
    return flag.isPresent() ? Optional.of(flag.get() ? 1L : 0L) : integer(node, text);
  }

  private Optional<Object> choice(ConfigNode node, String text) {
    if (key.choices().stream().anyMatch(choice -> Key.isChoice(choice, text))) {
      return Optional.of(text);
    }
    // YAML reads a plain no as false, and people write True.
    Optional<String> value =
        Flags.parse(text)
            .flatMap(
                flag ->
                    key.choices().stream()
                        .filter(choice -> Flags.parse(choice).equals(Optional.of(flag)))
                        .findFirst());
    return value.isPresent() ? Optional.of(value.get()) : noChoice(node, text);
  }

  private Optional<Object> noChoice(ConfigNode node, String text) {
    return wrong(
        node,
        DidYouMean.nearest(text, key.choices())
            .map(word -> "; did you mean " + word + "?")
            .orElse(""));
  }

  /** One word of a list, which may have to be one of some. */
  private Optional<Object> word(ConfigNode node, String text) {
    return key.choices().isEmpty() || key.choices().contains(text)
        ? words(node, text)
        : noChoice(node, text);
  }

  private Optional<Object> list(ConfigNode node) {
    if (!(node instanceof ConfigNode.Items items)) {
      return scalar(node).flatMap(text -> word(node, text)).map(List::of);
    }
    List<String> words = new ArrayList<>();
    for (ConfigNode item : items.values()) {
      Optional<Object> word = scalar(item).flatMap(text -> word(item, text));
      if (word.isEmpty()) {
        return Optional.empty();
      }
      words.add((String) word.get());
    }
    return Optional.of(List.copyOf(words));
  }

  private Optional<Object> map(ConfigNode node) {
    if (!(node instanceof ConfigNode.Entries entries)) {
      return wrong(node, "");
    }
    // References stay: tags are stored, and nothing that is stored is resolved.
    Map<String, String> map = new LinkedHashMap<>();
    for (Map.Entry<String, ConfigNode> entry : entries.values().entrySet()) {
      if (!(entry.getValue() instanceof ConfigNode.Scalar scalar)) {
        return wrong(node, "");
      }
      map.put(entry.getKey(), scalar.text());
    }
    return Optional.of(map);
  }

  /** A mapping of any depth as JSON text; references stay, as in all that is stored. */
  private Optional<Object> json(ConfigNode node) {
    return node instanceof ConfigNode.Entries
        ? Optional.of(UnresolvedJson.write(node))
        : wrong(node, ", such as {enable_thinking: false}");
  }

  private Optional<Object> sections(ConfigNode node) {
    if (!(node instanceof ConfigNode.Items items)
        || items.values().isEmpty()
        || !items.values().stream().allMatch(ConfigNode.Entries.class::isInstance)) {
      return wrong(node, ", such as - path: FILE");
    }
    return Optional.of(items.values());
  }

  private <T> Optional<T> wrong(ConfigNode node, String more) {
    context
        .problems()
        .add(node.location(), full, "%s is not %s%s".formatted(node.shown(), key.expected(), more));
    return Optional.empty();
  }
}
