package dev.hone.formats.template;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.RefusedRecord;
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
 * @param endOfSequence the text of the tokenizer's end-of-sequence token
 */
public record AlpacaTemplate(String endOfSequence) implements ChatTemplate {
  private static final String RESPONSE = "\n\n### Response:\n";
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
  public Rendered render(Conversation conversation, boolean addGenerationPrompt)
      throws RefusedRecord {
    List<Message> messages = conversation.messages();
    Rendered.Builder text = new Rendered.Builder();
    boolean userNext = true;
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      if (i == 0 && message.role().equals("system")) {
        text.message(message.content(), i).template("\n\n", i);
        continue;
      }
      if (!message.role().equals(userNext ? "user" : "assistant")) {
        throw new RefusedRecord(
            "template_refused",
            "message %d is of role '%s' where the alpaca prompt has a place for %s only; use chat_template: chatml for such conversations"
                .formatted(i, message.role(), userNext ? "user" : "assistant"));
      }
      if (userNext) {
        text.template(i == 0 ? task(message) : afterAnswer(messages.get(i - 1)), i);
        instruction(message, i, i + 1 < messages.size() || addGenerationPrompt, text);
      } else {
        text.message(message.content(), i).template(endOfSequence, i);
      }
      userNext = !userNext;
    }
    return text.build();
  }

  @Override
  public String generationPrompt(Conversation conversation) {
    return RESPONSE;
  }

  @Override
  public boolean speaksInPrompts() {
    return true;
  }

  private static String task(Message message) {
    return message.input().isPresent() ? TASK_WITH_INPUT : TASK;
  }

  private static String afterAnswer(Message previous) {
    return previous.role().equals("assistant") ? "\n\n" : "";
  }

  private static void instruction(Message message, int i, boolean answered, Rendered.Builder text) {
    text.template("### Instruction:\n", i).message(message.instruction(), i);
    message.input().ifPresent(input -> text.template("\n\n### Input:\n", i).message(input, i));
    if (answered) {
      text.template(RESPONSE, i);
    }
  }

  @Override
  public String fingerprint() {
    return "alpaca, end of sequence: " + endOfSequence;
  }
}
