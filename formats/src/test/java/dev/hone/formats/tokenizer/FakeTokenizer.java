package dev.hone.formats.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A token for each character, and one for each mark such as {@code <|im_end|>}: everything that a
 * mask decides can be read off the text.
 */
public record FakeTokenizer(
    Map<String, String> chatTemplates, Map<String, String> specialTokens, int[] prefixIds)
    implements Tokenizer {
  private static final int FIRST_MARK = 900_000;
  private static final List<String> MARKS =
      List.of(
          "</s>",
          "<s>",
          "<|im_start|>",
          "<|im_end|>",
          "<|start_header_id|>",
          "<|end_header_id|>",
          "<|eot_id|>",
          "<start_of_turn>",
          "<end_of_turn>",
          "[INST]",
          "[/INST]",
          "<|user|>",
          "<|end|>");
  private static final Pattern MARK =
      Pattern.compile(MARKS.stream().map(Pattern::quote).collect(Collectors.joining("|")));

  /** Id of {@code </s>}. */
  static final int EOS = FIRST_MARK;

  public static FakeTokenizer withTemplate(String jinja) {
    return new FakeTokenizer(
        Map.of("default", jinja), Map.of("eos_token", "</s>", "bos_token", "<s>"), new int[0]);
  }

  public static FakeTokenizer withoutFiles() {
    return new FakeTokenizer(Map.of(), Map.of(), new int[0]);
  }

  /** With an end-of-sequence token and ids that stand before every text. */
  public static FakeTokenizer withPrefix(int... ids) {
    return new FakeTokenizer(Map.of(), Map.of("eos_token", "</s>"), ids);
  }

  @Override
  public Encoding encode(String text) {
    List<int[]> tokens = new ArrayList<>();
    Matcher mark = MARK.matcher(text);
    int at = 0;
    while (mark.find()) {
      characters(text, at, mark.start(), tokens);
      tokens.add(new int[] {FIRST_MARK + MARKS.indexOf(mark.group()), mark.start(), mark.end()});
      at = mark.end();
    }
    characters(text, at, text.length(), tokens);
    return new Encoding(column(tokens, 0), column(tokens, 1), column(tokens, 2));
  }

  private static void characters(String text, int from, int to, List<int[]> tokens) {
    for (int i = from; i < to; i++) {
      tokens.add(new int[] {text.charAt(i), i, i + 1});
    }
  }

  private static int[] column(List<int[]> tokens, int column) {
    return tokens.stream().mapToInt(token -> token[column]).toArray();
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(id < FIRST_MARK ? String.valueOf((char) id) : MARKS.get(id - FIRST_MARK));
    }
    return text.toString();
  }

  @Override
  public Optional<Integer> tokenId(String token) {
    return MARKS.contains(token)
        ? Optional.of(FIRST_MARK + MARKS.indexOf(token))
        : Optional.empty();
  }

  @Override
  public Set<Integer> specialIds() {
    return IntStream.range(FIRST_MARK, FIRST_MARK + MARKS.size())
        .boxed()
        .collect(Collectors.toSet());
  }

  @Override
  public int vocabSize() {
    return FIRST_MARK + MARKS.size();
  }

  @Override
  public String fingerprint() {
    return "characters";
  }

  @Override
  public void close() {}
}
