package dev.hone.formats.tokenizer;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.Weighted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Conversations of any shape, with texts that are hard to cut into tokens. */
final class RandomChats {
  private static final List<String> WORDS =
      List.of(
          "a",
          " Hello,",
          "world ",
          "\n",
          "\n\n",
          " ",
          "   ",
          "\t",
          "😀",
          "👩‍👩‍👧",
          "e\u0301",
          "é",
          "ﬁ",
          "Ω",
          "中文",
          "한국어",
          "עברית",
          "\u200f",
          "\u0000",
          "\ufeff",
          "\u2028",
          "\uffff",
          "<|im_start|>",
          "<|im_end|>",
          "</s>",
          "<s>",
          "<think>",
          "</think>",
          "{{ x }}",
          "{% if",
          "▁",
          "Ġ",
          "1234567890",
          "'s",
          "assistant\n",
          "user",
          "x".repeat(300));

  private final Random random;

  RandomChats(Random random) {
    this.random = random;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(9); i > 0; i--) {
      text.append(WORDS.get(random.nextInt(WORDS.size())));
    }
    return text.toString();
  }

  /** Mostly question and answer in turn, at times any order. */
  Conversation conversation() {
    List<Message> messages = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      messages.add(Message.of("system", text()));
    }
    int turns = 1 + random.nextInt(5);
    for (int i = 0; i < turns; i++) {
      String usual = i % 2 == 0 ? "user" : "assistant";
      String role =
          random.nextInt(8) == 0
              ? List.of("system", "tool", "user", "assistant").get(random.nextInt(4))
              : usual;
      messages.add(message(role));
    }
    return new Conversation(
        messages,
        random.nextInt(6) == 0
            ? Optional.of("[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]")
            : Optional.empty(),
        random.nextInt(6) == 0 ? Optional.of("{\"enable_thinking\":false}") : Optional.empty());
  }

  private Message message(String role) {
    String text = text();
    Message message = Message.of(role, text);
    if (role.equals("assistant") && random.nextInt(4) == 0) {
      message = message.withReasoning(text());
    }
    if (role.equals("assistant") && random.nextInt(5) == 0) {
      message =
          message.withToolCalls(
              "[{\"type\":\"function\",\"id\":\"abcdefghi\",\"function\":{\"name\":\"f\",\"arguments\":{\"q\":\"é\"}}}]");
    }
    if (random.nextInt(8) == 0) {
      message = message.withWeight(random.nextInt(3) / 2f);
    }
    if (text.length() > 3 && random.nextInt(6) == 0) {
      int start = text.offsetByCodePoints(0, random.nextInt(2));
      int end = text.offsetByCodePoints(start, 1);
      message =
          message.withWeighted(
              List.of(new Weighted(Weighted.Field.CONTENT, start, end, random.nextInt(3) / 2f)));
    }
    return message;
  }
}
