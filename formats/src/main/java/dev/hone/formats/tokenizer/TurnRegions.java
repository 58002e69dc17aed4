package dev.hone.formats.tokenizer;

import dev.hone.formats.template.Opening;
import dev.hone.formats.template.Rendered;
import dev.hone.formats.template.Rendered.Part;
import dev.hone.formats.template.Rendered.Run;
import dev.hone.formats.tokenizer.Tokenizer.Encoding;
import java.util.Arrays;
import java.util.List;

/**
 * Where the turns of a rendered conversation are.
 *
 * <p>A turn begins where the generation prompt ends, if the template wrote it before the message,
 * else at the message's first character; of a template without a generation prompt at the marks
 * before that character which plain answers do not have. If the end of the prompt is written
 * otherwise in a finished turn, as with prompts that open a thought, its first lines count.
 *
 * <p>It goes on as long as the template writes this message and its marks: what the message says
 * once more in the turn of another, as the name of a called function, is not part of it. The
 * end-of-turn token is looked for in what the template wrote for the message after its last
 * character: the first stop token there, else the last special token. Where it is not known for
 * whom the template wrote, it is the first special token before another message. A model that stops
 * at the mark of the next turn has no other end.
 */
final class TurnRegions {
  private static final int NONE = -1;

  private final Rendered rendered;
  private final Encoding encoding;
  private final Opening opening;
  private final int[] firsts;
  private final int[] lasts;
  private final int[] lastRuns;

  /**
   * One turn.
   *
   * @param start UTF-16 offset of its first character
   * @param end where its end-of-turn token begins, or where its last character ends
   * @param endToken index of the end-of-turn token; -1: there is none
   */
  record Region(int start, int end, int endToken) {}

  TurnRegions(Rendered rendered, Encoding encoding, int messages, Opening opening) {
    this.rendered = rendered;
    this.encoding = encoding;
    this.opening = opening;
    this.firsts = new int[messages];
    this.lasts = new int[messages];
    this.lastRuns = new int[messages];
    Arrays.fill(firsts, NONE);
    Arrays.fill(lasts, NONE);
    find();
  }

  /** The first stretch of every message's text that no other message interrupts. */
  private void find() {
    List<Run> runs = rendered.runs();
    int start = 0;
    int open = NONE;
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      int message = run.message();
      if (message >= 0 && message != open) {
        open = NONE;
      }
      if (run.part() == Part.MESSAGE) {
        if (firsts[message] == NONE) {
          firsts[message] = start;
          open = message;
        }
        if (open == message) {
          lasts[message] = run.end();
          lastRuns[message] = i;
        }
      }
      start = run.end();
    }
  }

  /**
   * The region of a message.
   *
   * @param answer whether the generation prompt opens such turns
   * @param calls whether it holds tool calls, whose closing marks are part of them
   * @param ends what may end a turn
   * @return null if the template wrote nothing of the message
   */
  Region of(int message, boolean answer, boolean calls, EndTokens ends) {
    if (firsts[message] == NONE && !(answer && findEmpty(message))) {
      return null;
    }
    int endToken = endToken(message, ends);
    return new Region(
        answer ? start(message) : firsts[message],
        endToken >= 0 ? encoding.starts()[endToken] : calls ? closed(message) : lasts[message],
        endToken);
  }

  /**
   * Behind the marks that the template writes for a message after its last character, unless they
   * lead to what another message says.
   */
  private int closed(int message) {
    List<Run> runs = rendered.runs();
    int end = lasts[message];
    int i = lastRuns[message] + 1;
    for (; i < runs.size() && isOf(message, runs.get(i)); i++) {
      end = runs.get(i).end();
    }
    if (i < runs.size() && runs.get(i).part() == Part.MESSAGE) {
      return lasts[message];
    }
    while (end > lasts[message] && Character.isWhitespace(rendered.text().charAt(end - 1))) {
      end--;
    }
    return end;
  }

  /** A turn that says nothing still has a header and an end. */
  private boolean findEmpty(int message) {
    String generationPrompt = opening.generationPrompt();
    List<Run> runs = rendered.runs();
    int start = 0;
    for (int i = 0; i < runs.size(); i++) {
      if (runs.get(i).message() == message && !generationPrompt.isEmpty()) {
        int found = rendered.text().indexOf(generationPrompt, start);
        int end = found + generationPrompt.length();
        while (i + 1 < runs.size() && runs.get(i).end() < end) {
          i++;
        }
        if (found >= 0 && runs.get(i).message() == message) {
          firsts[message] = end;
          lasts[message] = end;
          lastRuns[message] = runs.get(i).end() == end ? i : i - 1;
          return true;
        }
        return false;
      }
      start = runs.get(i).end();
    }
    return false;
  }

  private int start(int message) {
    int before = before(message);
    String prompt = opening.generationPrompt();
    if (prompt.isEmpty()) {
      return opening.header().isPresent() ? afterHeader(message, before) : firsts[message];
    }
    while (!prompt.isEmpty()) {
      int found = rendered.text().lastIndexOf(prompt, firsts[message] - prompt.length());
      if (found >= before) {
        return found + prompt.length();
      }
      prompt = prompt.substring(0, prompt.lastIndexOf('\n', prompt.length() - 2) + 1);
    }
    return firsts[message];
  }

  /** Where the text of other messages before this one ends. */
  private int before(int message) {
    int before = 0;
    for (int other = 0; other < lasts.length; other++) {
      if (other != message && lasts[other] <= firsts[message]) {
        before = Math.max(before, lasts[other]);
      }
    }
    return before;
  }

  /**
   * Where the marks begin that the template writes only before such an answer: behind what it has
   * in common with the header of a plain one, in whole tokens.
   */
  private int afterHeader(int message, int before) {
    int first = firsts[message];
    int from = rendered.openingOf(message);
    String gap = opening.gap();
    if (from == first) {
      // It is not known for whom the template wrote: only what follows a whole gap is a mark.
      boolean same = rendered.text().startsWith(gap, before) && before + gap.length() <= first;
      return same ? before + gap.length() : first;
    }
    String header = opening.header().orElse("");
    String written = rendered.text().substring(from, first);
    int same = 0;
    while (same < Math.min(written.length(), header.length())
        && written.charAt(same) == header.charAt(same)) {
      same++;
    }
    int start = from + same;
    if (same < header.length()) {
      for (int t = 0; t < encoding.ids().length; t++) {
        if (encoding.starts()[t] < start && start < encoding.ends()[t]) {
          return Math.max(from, encoding.starts()[t]);
        }
      }
    }
    return start;
  }

  private int endToken(int message, EndTokens ends) {
    List<Run> runs = rendered.runs();
    int next = lastRuns[message] + 1;
    boolean known = next < runs.size() && isOf(message, runs.get(next));
    int boundary = lasts[message];
    while (next < runs.size()
        && (known ? isOf(message, runs.get(next)) : !isOfAnother(message, runs.get(next)))) {
      boundary = runs.get(next++).end();
    }
    int found = NONE;
    int[] starts = encoding.starts();
    int t = firstTokenFrom(lasts[message]);
    for (; t < starts.length && starts[t] < boundary; t++) {
      int id = encoding.ids()[t];
      if (ends.stops().contains(id)) {
        return t;
      }
      if (ends.special().contains(id) && (known || found == NONE)) {
        found = t;
      }
    }
    boolean stopsAtNext =
        found == NONE
            && t < starts.length
            && starts[t] == boundary
            && ends.stops().contains(encoding.ids()[t]);
    return stopsAtNext ? t : found;
  }

  private static boolean isOf(int message, Run run) {
    return run.part() == Part.TEMPLATE && run.message() == message;
  }

  private static boolean isOfAnother(int message, Run run) {
    return run.part() != Part.TEMPLATE || (run.message() >= 0 && run.message() != message);
  }

  private int firstTokenFrom(int offset) {
    int t = Arrays.binarySearch(encoding.starts(), offset);
    if (t < 0) {
      return -t - 1;
    }
    while (t > 0 && encoding.starts()[t - 1] == offset) {
      t--;
    }
    return t;
  }
}
