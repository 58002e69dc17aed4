package dev.hone.packing.quality;

import dev.hone.formats.corpus.Completion;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Document;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.Preference;
import dev.hone.formats.corpus.Pretokenized;
import dev.hone.formats.corpus.Unpaired;
import java.util.Optional;

/**
 * The text of a document that filters look at.
 *
 * <p>Worked example: of a conversation {@code system: Be brief. user: 2 + 2? assistant: 4} the text
 * is {@code "2 + 2?\n4"}, and the whole is {@code "Be brief.\n2 + 2?\n4"}. A system turn is not in
 * the text: one that all rows share would make all of them near-duplicates.
 */
public final class DocumentText {
  private final StringBuilder text = new StringBuilder();
  private final boolean whole;

  private DocumentText(boolean whole) {
    this.whole = whole;
  }

  /** What was said; empty of a pre-tokenized document, which has no text. */
  public static Optional<String> of(Document document) {
    return document instanceof Pretokenized
        ? Optional.empty()
        : Optional.of(new DocumentText(false).add(document));
  }

  /** All that may be rendered: system turns, tools, tool calls and other fields of turns too. */
  public static String whole(Document document) {
    return new DocumentText(true).add(document);
  }

  private String add(Document document) {
    if (document instanceof Conversation conversation) {
      if (whole) {
        conversation.tools().ifPresent(this::line);
      }
      conversation.messages().forEach(this::add);
    } else if (document instanceof Completion completion) {
      line(completion.text());
    } else if (document instanceof Preference preference) {
      add(preference.chosen());
      add(preference.rejected());
    } else if (document instanceof Unpaired unpaired) {
      add(unpaired.completion());
    }
    return text.toString();
  }

  private void add(Message message) {
    if (whole || !message.role().equals("system")) {
      message.reasoning().ifPresent(this::line);
      line(message.content());
    }
    if (whole) {
      message.toolCalls().ifPresent(this::line);
      message.properties().values().forEach(this::line);
    }
  }

  private void line(String more) {
    if (text.length() > 0) {
      text.append('\n');
    }
    text.append(more);
  }
}
