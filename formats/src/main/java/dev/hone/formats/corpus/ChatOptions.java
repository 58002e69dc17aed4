package dev.hone.formats.corpus;

import java.util.List;

/** The options that all formats of chats have in common, in Axolotl's names. */
final class ChatOptions {
  static final String MESSAGES = "field_messages";
  static final String ROLE = "message_property_mappings.role";
  static final String CONTENT = "message_property_mappings.content";
  static final String MAPPINGS = "message_property_mappings";
  static final String ROLES = "roles";
  static final String TRAINING = "message_field_training";
  static final String DETAIL = "message_field_training_detail";
  static final String SYSTEM = "field_system";
  static final String TOOLS = "field_tools";
  static final String KWARGS = "field_chat_template_kwargs";
  static final String THINKING = "field_thinking";
  static final String THINKING_KEY = "template_thinking_key";
  static final String SPLIT_THINKING = "split_thinking";
  static final String DROP_SYSTEM = "drop_system_message";

  /** What Transformers' templates call the reasoning of a turn. */
  static final String REASONING = "reasoning_content";

  private ChatOptions() {}

  /** The names of the list of turns, and of role and content in a turn. */
  record Keys(String messages, String role, String content) {
    static final Keys OPENAI = new Keys("messages", "role", "content");
    static final Keys SHAREGPT = new Keys("conversations", "from", "value");
  }

  /** How a row with a list of turns is read. */
  static List<FormatOption> conversation(Keys keys) {
    return Lists.concat(
        List.of(FormatOption.field(MESSAGES, keys.messages(), "The list of turns.")),
        message(keys),
        besides());
  }

  /** How one turn is read. */
  static List<FormatOption> message(Keys keys) {
    return List.of(
        FormatOption.field(ROLE, keys.role(), "The role of a turn."),
        FormatOption.field(
            CONTENT, keys.content(), "The text of a turn: a string, or a list of parts."),
        FormatOption.mapping(
            MAPPINGS, "Further properties of a turn: the template's name to the row's."),
        FormatOption.mapping(
            ROLES,
            "Roles of the template with the row's names for each: `{assistant: [bot]}`. They add to the known ones."),
        FormatOption.field(
            TRAINING,
            "",
            "Whether a turn is trained: true, false or a loss weight; wins over the rules."),
        FormatOption.field(
            DETAIL,
            "",
            "Which characters of a turn are trained: a list of `{begin_offset, end_offset, train}`, both ends inclusive."),
        FormatOption.field(THINKING, REASONING, "The reasoning of a turn."),
        FormatOption.text(THINKING_KEY, REASONING, "What the template calls the reasoning."),
        FormatOption.flag(
            SPLIT_THINKING, "Whether `<think>...</think>` in an answer becomes its reasoning."));
  }

  /** What may stand beside the turns. */
  static List<FormatOption> besides() {
    return List.of(
        StructureCheck.OPTION,
        FormatOption.flag(DROP_SYSTEM, "Whether a system message at the start is left out."),
        FormatOption.field(SYSTEM, "system", "A system message; may be absent."),
        FormatOption.field(
            TOOLS, "tools", "Tool definitions, a list or its JSON text; may be absent."),
        FormatOption.field(
            KWARGS,
            "chat_template_kwargs",
            "Further variables of the template, an object or its JSON text; may be absent."));
  }
}
