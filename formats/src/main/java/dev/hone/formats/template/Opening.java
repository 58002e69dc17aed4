package dev.hone.formats.template;

import java.util.Optional;

/**
 * How a template opens the turn of the assistant: never what a model has to learn.
 *
 * @param generationPrompt what it writes if an answer is asked for, such as {@code
 *     <|im_start|>assistant\n}; empty if it writes nothing
 * @param header what it writes for a plain answer before the answer's own text; what else it writes
 *     there, as Mistral's {@code [TOOL_CALLS]}, says what the answer is. Absent if it is not known,
 *     or not needed beside a generation prompt
 * @param gap all that it writes between a question and a plain answer, such as {@code [/INST]};
 *     empty as the header
 */
public record Opening(String generationPrompt, Optional<String> header, String gap) {
  /** Nothing is known of the template. */
  public static final Opening UNKNOWN = new Opening("", Optional.empty(), "");
}
