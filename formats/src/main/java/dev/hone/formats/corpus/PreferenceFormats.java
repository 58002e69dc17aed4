package dev.hone.formats.corpus;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Types of answers to compare, of Axolotl and TRL. Where Axolotl writes a prompt as text, the row
 * becomes a conversation here, rendered by the template that the type is named after.
 */
@AutoService(FormatFamily.class)
public final class PreferenceFormats implements FormatFamily {

  @Override
  public List<PreferenceFormat> formats() {
    List<PreferenceFormat> formats = new ArrayList<>();
    formats.add(
        new PreferenceFormat(
            List.of("preference", "unpaired_preference", "passthrough", "passthrough.default"),
            "",
            false,
            "field_prompt",
            Map.of()));
    formats.add(
        new PreferenceFormat(
            List.of("chat_template.default"),
            "",
            true,
            ChatOptions.MESSAGES,
            Map.of(ChatOptions.MESSAGES, "messages")));
    formats.add(
        new PreferenceFormat(
            List.of("chat_template.argilla_chat", "chat_template.argilla"),
            "",
            true,
            "field_prompt",
            Map.of()));
    formats.add(
        new PreferenceFormat(
            List.of("bradley_terry.chat_template"),
            "",
            true,
            "field_prompt",
            Map.of("field_prompt", "input")));
    for (String template : List.of("chatml", "llama3")) {
      formats.add(
          named(
              template,
              "argilla",
              Map.of(
                  "field_prompt",
                  FormatOption.words(List.of("prompt", "input", "question", "instruction")),
                  "field_chosen",
                  FormatOption.words(List.of("chosen", "chosen_response")),
                  "field_rejected",
                  FormatOption.words(List.of("rejected", "rejected_response")))));
      formats.add(named(template, "argilla_chat", Map.of("field_prompt", "")));
      formats.add(named(template, "icr", Map.of("field_prompt", "input")));
      formats.add(named(template, "intel", Map.of("field_prompt", "question")));
      formats.add(named(template, "prompt_pairs", Map.of()));
      formats.add(named(template, "ultra", Map.of()));
    }
    return formats;
  }

  private static PreferenceFormat named(
      String template, String rows, Map<String, String> defaults) {
    return new PreferenceFormat(
        List.of(template + "." + rows), template, true, "field_prompt", defaults);
  }
}
