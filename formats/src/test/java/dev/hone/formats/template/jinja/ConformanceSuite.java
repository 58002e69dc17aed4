package dev.hone.formats.template.jinja;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.formats.template.jinja.core.TemplateException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * A folder of templates, conversations and what Transformers renders from them:
 *
 * <pre>
 * templates/NAME.jinja
 * conversations.json     {special_tokens, now, conversations: [{id, messages, tools, documents, template_kwargs}]}
 * expected.jsonl[.gz]    {template, conversation, add_generation_prompt, output, generation_spans}
 *                        or {..., error, error_type}; spans are in code points
 * </pre>
 */
final class ConformanceSuite {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);
  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};
  private static final TypeReference<List<Map<String, Object>>> MESSAGES = new TypeReference<>() {};

  private final Path folder;
  private final Map<String, Object> templates = new HashMap<>();
  private final Map<String, JsonNode> conversations = new HashMap<>();
  private final Map<String, Object> specialTokens;
  private final LocalDateTime now;

  ConformanceSuite(Path folder) throws IOException {
    this.folder = folder;
    JsonNode root = JSON.readTree(folder.resolve("conversations.json").toFile());
    this.specialTokens = JSON.convertValue(root.get("special_tokens"), MAP);
    this.now = LocalDateTime.parse(root.get("now").asText());
    for (JsonNode conversation : root.get("conversations")) {
      conversations.put(conversation.get("id").asText(), conversation);
    }
  }

  /** Every pair of the suite, in order: null where it agrees, else what is different. */
  List<String> differences() throws IOException {
    List<String> differences = new ArrayList<>();
    try (BufferedReader lines = expected()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode pair = JSON.readTree(line);
        String difference = difference(pair);
        differences.add(
            difference == null
                ? null
                : "%s x %s (generation prompt %s): %s"
                    .formatted(
                        pair.get("template").asText(),
                        pair.get("conversation").asText(),
                        pair.get("add_generation_prompt"),
                        difference));
      }
    }
    return differences;
  }

  private BufferedReader expected() throws IOException {
    Path packed = folder.resolve("expected.jsonl.gz");
    InputStream bytes =
        Files.exists(packed)
            ? new GZIPInputStream(Files.newInputStream(packed))
            : Files.newInputStream(folder.resolve("expected.jsonl"));
    return new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8));
  }

  private String difference(JsonNode pair) throws IOException {
    TracedText rendered;
    try {
      rendered = template(pair.get("template").asText()).render(input(pair));
    } catch (TemplateException e) {
      return failure(e, pair);
    }
    if (!pair.has("output")) {
      return "rendered, but %s was expected: %s"
          .formatted(pair.get("error_type").asText(), pair.get("error").asText());
    }
    String expected = pair.get("output").asText();
    if (!rendered.text().equals(expected)) {
      return difference(rendered.text(), expected);
    }
    JsonNode spans = pair.get("generation_spans");
    return spans == null || spans.toString().equals(spans(rendered))
        ? null
        : "generation spans %s, expected %s".formatted(spans(rendered), spans);
  }

  private static String failure(TemplateException e, JsonNode pair) {
    String failed = "%s (line %d): %s".formatted(e.kind(), e.line(), e.getMessage());
    if (pair.has("output")) {
      return "failed, but was expected to render; " + failed;
    }
    String kind = pair.get("error_type").asText();
    boolean same =
        !kind.equals("TemplateError")
            || (e.kind().equals(kind) && e.getMessage().equals(pair.get("error").asText()));
    return same ? null : "%s, expected %s: %s".formatted(failed, kind, pair.get("error").asText());
  }

  private static String difference(String actual, String expected) {
    int at = 0;
    while (at < Math.min(actual.length(), expected.length())
        && actual.charAt(at) == expected.charAt(at)) {
      at++;
    }
    return "differs at %d: '%s', expected '%s'"
        .formatted(at, around(actual, at), around(expected, at));
  }

  private static String around(String text, int at) {
    return text.substring(Math.max(0, at - 20), Math.min(text.length(), at + 40))
        .replace("\n", "\\n");
  }

  private static String spans(TracedText rendered) {
    List<String> spans = new ArrayList<>();
    for (TracedText.Span span : rendered.generations()) {
      spans.add(
          "[%d,%d]".formatted(rendered.codePoints(span.start()), rendered.codePoints(span.end())));
    }
    return "[" + String.join(",", spans) + "]";
  }

  /** Parsed once; a template that cannot be parsed fails each time. */
  private JinjaTemplate template(String name) throws IOException {
    if (!templates.containsKey(name)) {
      String source = Files.readString(folder.resolve("templates").resolve(name));
      try {
        templates.put(name, JinjaTemplate.parse(source));
      } catch (TemplateException e) {
        templates.put(name, e);
      }
    }
    if (templates.get(name) instanceof TemplateException e) {
      throw e;
    }
    return (JinjaTemplate) templates.get(name);
  }

  private RenderInput input(JsonNode pair) {
    JsonNode conversation = conversations.get(pair.get("conversation").asText());
    RenderInput input =
        RenderInput.of(JSON.convertValue(conversation.get("messages"), MESSAGES), now)
            .with("tools", JSON.convertValue(conversation.get("tools"), Object.class))
            .with("documents", JSON.convertValue(conversation.get("documents"), Object.class))
            .with("add_generation_prompt", pair.get("add_generation_prompt").asBoolean())
            .with(specialTokens);
    JsonNode others = conversation.get("template_kwargs");
    return others == null || others.isNull() ? input : input.with(JSON.convertValue(others, MAP));
  }
}
