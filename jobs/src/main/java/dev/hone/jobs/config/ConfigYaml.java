package dev.hone.jobs.config;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Parses YAML into nodes that keep their line. Aliases are followed; nothing is constructed. */
final class ConfigYaml {
  private final String source;
  private final Problems problems;
  private final boolean lines;

  private ConfigYaml(String source, Problems problems, boolean lines) {
    this.source = source;
    this.problems = problems;
    this.lines = lines;
  }

  /**
   * Reads a file that holds one mapping.
   *
   * @throws HoneException if the file cannot be read
   * @throws ConfigException if it is not YAML, or not a mapping
   */
  static ConfigNode.Entries read(Path file, Problems problems) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (MalformedInputException e) {
      throw new HoneException(file + ": not UTF-8 text; is it a YAML file?", e);
    } catch (IOException e) {
      throw new HoneException(
          file
              + ": cannot be read ("
              + (Files.exists(file) ? e.getMessage() : "no such file")
              + "); give the path of a YAML configuration",
          e);
    }
    ConfigYaml yaml = new ConfigYaml(file.toString(), problems, true);
    ConfigNode root = yaml.parse(text);
    if (root instanceof ConfigNode.Entries entries) {
      return entries;
    }
    problems.add(
        new Location(file.toString(), 1),
        "",
        "holds %s; a configuration is a mapping of keys to values, such as base_model: DIR"
            .formatted(root.shown()));
    problems.throwIfAny();
    throw new IllegalStateException("unreachable: a problem was just added");
  }

  /** Reads the value of an override; all of it stands at one place. */
  static ConfigNode value(String text, String source, Problems problems) {
    return new ConfigYaml(source, problems, false).parse(text);
  }

  private ConfigNode parse(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(true); // reported below, with both lines
    try {
      Node node = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
      return node == null
          ? new ConfigNode.Scalar(
              new Location(source, lines ? 1 : 0), "", ConfigNode.Scalar.Kind.NULL)
          : convert(node, "");
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null || !lines ? 0 : e.getProblemMark().getLine() + 1;
      problems.add(
          new Location(source, line),
          "",
          "not valid YAML: %s%s; check indentation, colons and quotes on this line"
              .formatted(e.getContext() == null ? "" : e.getContext() + ", ", e.getProblem()));
    } catch (YAMLException e) {
      problems.add(
          new Location(source, 0),
          "",
          "not valid YAML: " + e.getMessage().lines().findFirst().orElse(""));
    }
    problems.throwIfAny();
    throw new IllegalStateException("unreachable: a problem was just added");
  }

  private ConfigNode convert(Node node, String key) {
    if (node instanceof ScalarNode scalar) {
      return new ConfigNode.Scalar(at(node), scalar.getValue(), kind(scalar));
    }
    if (node instanceof SequenceNode sequence) {
      List<ConfigNode> values = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        values.add(convert(item, key + "." + values.size()));
      }
      return new ConfigNode.Items(at(node), values);
    }
    Map<String, ConfigNode> values = new LinkedHashMap<>();
    for (NodeTuple tuple : ((MappingNode) node).getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
        problems.add(at(tuple.getKeyNode()), key, "a key must be a word, not a list or a mapping");
        continue;
      }
      String child = key.isEmpty() ? name.getValue() : key + "." + name.getValue();
      // The line of the key, not of the value: that is where the reader looks.
      ConfigNode value = moved(convert(tuple.getValueNode(), child), at(name));
      ConfigNode before = values.put(name.getValue(), value);
      if (before != null) {
        problems.add(
            value.location(),
            child,
            "written twice, first at %s; keep one of the two".formatted(before.location()));
      }
    }
    return new ConfigNode.Entries(at(node), values);
  }

  private static ConfigNode moved(ConfigNode node, Location location) {
    if (node instanceof ConfigNode.Scalar scalar) {
      return new ConfigNode.Scalar(location, scalar.text(), scalar.kind());
    }
    return node instanceof ConfigNode.Items items
        ? new ConfigNode.Items(location, items.values())
        : new ConfigNode.Entries(location, ((ConfigNode.Entries) node).values());
  }

  private Location at(Node node) {
    return new Location(source, lines ? node.getStartMark().getLine() + 1 : 0);
  }

  private static ConfigNode.Scalar.Kind kind(ScalarNode scalar) {
    Tag tag = scalar.getTag();
    if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
      return ConfigNode.Scalar.Kind.TEXT;
    }
    if (tag.equals(Tag.NULL)) {
      return ConfigNode.Scalar.Kind.NULL;
    }
    if (tag.equals(Tag.BOOL)) {
      return ConfigNode.Scalar.Kind.FLAG;
    }
    if (tag.equals(Tag.INT)) {
      return ConfigNode.Scalar.Kind.INTEGER;
    }
    return tag.equals(Tag.FLOAT) ? ConfigNode.Scalar.Kind.NUMBER : ConfigNode.Scalar.Kind.TEXT;
  }
}
