package dev.hone.formats.template;

import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.RefusedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The Alpaca prompt, as Axolotl's {@code type: alpaca} writes it (AlpacaPrompter in
 * src/axolotl/prompters.py, instruct style), closed by the tokenizer's end-of-sequence token:
 *
 * <pre>
 * Below is an instruction that describes a task. Write a response that appropriately completes the request.
 *
 * ### Instruction:
 * Name a prime.
 *
 * ### Response:
 * 7&lt;/s&gt;
 * </pre>
 *
 * <p>A message that has an {@link Message#input() input} gets the heading {@code ### Input:} for it
 * and the longer first sentence. A system message takes the place of the first sentence. Further
 * turns follow after an empty line, as in Axolotl's chat template of the same name; that one leaves
 * the first sentence out where there is no system message, this one never does, so that a model is
 * asked as it was trained.
 *
 * <p>The content span of a user message is its whole part of the prompt, headings included: those
 * are the tokens that Axolotl trains with {@code train_on_inputs: true}.
 *
 * @param endOfSequence the text of the tokenizer's end-of-sequence token
 */
public record AlpacaTemplate(String endOfSequence) implements ChatTemplate {
  private static final String TASK =
      "Below is an instruction that describes a task. "
          + "Write a response that appropriately completes the request.\n\n";
  private static final String TASK_WITH_INPUT =
      "Below is an instruction that describes a task, paired with an input that provides further "
          + "context. Write a response that appropriately completes the request.\n\n";

  public AlpacaTemplate {
    Objects.requireNonNull(endOfSequence, "endOfSequence");
  }

  @Override
  public Rendered render(List<Message> messages, boolean addGenerationPrompt) throws RefusedRecord {
    StringBuilder text = new StringBuilder();
    List<Span> spans = new ArrayList<>(messages.size());
    boolean userNext = true;
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      int start = text.length();
      if (i == 0 && message.role().equals("system")) {
        text.append(message.content()).append("\n\n");
        spans.add(new Span(start, text.length(), text.length()));
        continue;
      }
      if (!message.role().equals(userNext ? "user" : "assistant")) {
        throw new RefusedRecord(
            "template_refused",
            "message %d is of role '%s' where the alpaca prompt has a place for %s only; use chat_template: chatml for such conversations"
                .formatted(i, message.role(), userNext ? "user" : "assistant"));
      }
      if (userNext) {
        text.append(i == 0 ? task(message) : afterAnswer(messages.get(i - 1)));
        instruction(message, i + 1 < messages.size() || addGenerationPrompt, text);
        spans.add(new Span(start, text.length(), text.length()));
      } else {
        text.append(message.content());
        int contentEnd = text.length();
        text.append(endOfSequence);
        spans.add(new Span(start, contentEnd, text.length()));
      }
      userNext = !userNext;
    }
    return new Rendered(text.toString(), spans);
  }

  private static String task(Message message) {
    return message.input().isPresent() ? TASK_WITH_INPUT : TASK;
  }

  private static String afterAnswer(Message previous) {
    return previous.role().equals("assistant") ? "\n\n" : "";
  }

  private static void instruction(Message message, boolean answered, StringBuilder text) {
    text.append("### Instruction:\n").append(message.instruction());
    message.input().ifPresent(input -> text.append("\n\n### Input:\n").append(input));
    if (answered) {
      text.append("\n\n### Response:\n");
    }
  }

  @Override
  public String fingerprint() {
    return "alpaca, end of sequence: " + endOfSequence;
  }
}
