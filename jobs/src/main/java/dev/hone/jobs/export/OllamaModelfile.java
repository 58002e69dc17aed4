package dev.hone.jobs.export;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.template.ChatTemplate;
import dev.hone.formats.template.ChatTemplates;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The {@code Modelfile} of Ollama beside a GGUF file: the file, what ends an answer, and the chat
 * template in Go's language, where it is one of the few that can be said there. Of any other Ollama
 * guesses from the Jinja in the GGUF file.
 */
final class OllamaModelfile {
  /** Name of the GGUF file. */
  static final String GGUF = "model.gguf";

  private static final List<Turns> KNOWN =
      List.of(
          new Turns("<|im_start|>", "\n", "<|im_end|>\n"),
          new Turns("<|start_header_id|>", "<|end_header_id|>\n\n", "<|eot_id|>"));

  private OllamaModelfile() {}

  /**
   * A template that writes every message as {@code before role between content after}.
   *
   * @param between also follows the word assistant of the turn to be written
   */
  private record Turns(String before, String between, String after) {
    String of(List<Message> messages) {
      StringBuilder text = new StringBuilder();
      for (Message message : messages) {
        text.append(before).append(message.role()).append(between);
        text.append(message.content()).append(after);
      }
      return text + before + "assistant" + between;
    }

    String go() {
      return "{{- range .Messages }}%s{{ .Role }}%s{{ .Content }}%s{{ end }}%sassistant%s"
          .formatted(before, between, after, before, between);
    }
  }

  /** Its text. */
  static String of(ModelDirectory model) {
    StringBuilder file = new StringBuilder("FROM ./" + GGUF + "\n");
    try (Tokenizer tokenizer = Tokenizers.open(model.path())) {
      if (tokenizer.chatTemplates().containsKey("default")) {
        ChatTemplate template = ChatTemplates.resolve(ChatTemplates.TOKENIZER_DEFAULT, tokenizer);
        turns(template, tokenizer)
            .ifPresent(
                turns -> {
                  file.append("TEMPLATE \"\"\"" + turns.go() + "\"\"\"\n");
                  system(template, tokenizer, turns)
                      .ifPresent(text -> file.append("SYSTEM \"\"\"" + text + "\"\"\"\n"));
                });
      }
      for (String stop : stops(model, tokenizer)) {
        file.append("PARAMETER stop \"" + stop + "\"\n");
      }
    }
    return file.toString();
  }

  private static Set<String> stops(ModelDirectory model, Tokenizer tokenizer) {
    Set<String> stops = new TreeSet<>();
    tokenizer.eosToken().ifPresent(stops::add);
    for (int id : model.config().eosTokenIds()) {
      stops.add(tokenizer.decode(new int[] {id}, false));
    }
    return stops;
  }

  private static Optional<Turns> turns(ChatTemplate template, Tokenizer tokenizer) {
    List<Message> messages =
        List.of(
            Message.of("system", "Be brief."),
            Message.of("user", "Who?"),
            Message.of("assistant", "You."),
            Message.of("user", "Why?"));
    Optional<String> text = rendered(template, tokenizer, messages);
    return KNOWN.stream().filter(turns -> text.equals(Optional.of(turns.of(messages)))).findFirst();
  }

  /** What the template says where a conversation has no system message. */
  private static Optional<String> system(ChatTemplate template, Tokenizer tokenizer, Turns turns) {
    List<Message> asked = List.of(Message.of("user", "Who?"));
    String start = turns.before() + "system" + turns.between();
    String end = turns.after() + turns.of(asked);
    return rendered(template, tokenizer, asked)
        .filter(text -> text.startsWith(start) && text.endsWith(end))
        .map(text -> text.substring(start.length(), text.length() - end.length()));
  }

  /** Ollama writes the token that begins a text itself. */
  private static Optional<String> rendered(
      ChatTemplate template, Tokenizer tokenizer, List<Message> messages) {
    try {
      String text = template.render(new Conversation(messages), true).text();
      boolean begins = tokenizer.prefixIds().length > 0;
      String bos = begins ? tokenizer.bosToken().orElse("") : "";
      return Optional.of(text.startsWith(bos) ? text.substring(bos.length()) : text);
    } catch (RefusedRecord e) {
      return Optional.empty();
    }
  }
}
