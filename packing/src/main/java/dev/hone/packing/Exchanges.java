package dev.hone.packing;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation as exchanges, each a user turn with all that follows up to the next one: answers,
 * tool calls and their results. It may be cut between two of them and nowhere else, so that no
 * answer loses its question and no tool result its call.
 *
 * <p>Worked example: {@code system, user, assistant, user, assistant, tool, assistant} has the head
 * {@code system} and two exchanges, of 2 and 4 turns. Users who speak twice in a row begin one
 * exchange; what an assistant says before the first user turn is an exchange of its own.
 *
 * @param head the system messages before everything else; they belong to every part
 * @param turns the exchanges, in order
 */
record Exchanges(Conversation whole, List<Message> head, List<List<Message>> turns) {

  static Exchanges of(Conversation conversation) {
    List<Message> messages = conversation.messages();
    int first = 0;
    while (first < messages.size() && messages.get(first).role().equals("system")) {
      first++;
    }
    List<List<Message>> turns = new ArrayList<>();
    int start = first;
    for (int i = first + 1; i <= messages.size(); i++) {
      if (i == messages.size()
          || (messages.get(i).role().equals("user")
              && !messages.get(i - 1).role().equals("user"))) {
        turns.add(messages.subList(start, i));
        start = i;
      }
    }
    return new Exchanges(conversation, messages.subList(0, first), turns);
  }

  /** A conversation of the head and the exchanges in a range, with the same tools. */
  Conversation part(int from, int to) {
    List<Message> messages = new ArrayList<>(head);
    turns.subList(from, to).forEach(messages::addAll);
    return whole.withMessages(messages);
  }

  int size() {
    return turns.size();
  }

  /** Turns in a range of exchanges. */
  int turns(int from, int to) {
    return turns.subList(from, to).stream().mapToInt(List::size).sum();
  }

  /**
   * Index of the last exchange that has an answer; of the last one if none has; 0 if there is none.
   */
  int lastAnswered() {
    for (int i = turns.size() - 1; i >= 0; i--) {
      if (turns.get(i).stream().anyMatch(turn -> turn.role().equals("assistant"))) {
        return i;
      }
    }
    return Math.max(0, turns.size() - 1);
  }
}
