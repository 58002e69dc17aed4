package dev.hone.jobs.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.template.ChatTemplates;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.formats.tokenizer.SampleEncoder;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import dev.hone.training.data.PackedRow;
import dev.hone.training.model.CausalLm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What hone itself makes of a model: tokens of texts and chats, and the likeliest answers.
 *
 * @param eos ends an answer
 * @param texts tokens of {@link #TEXTS}
 * @param prompts tokens of the chats, up to where the answer begins
 * @param answers at most as many tokens as asked for
 */
record AskedModel(
    CausalLm lm,
    List<Conversation> chats,
    int eos,
    List<int[]> texts,
    List<int[]> prompts,
    List<int[]> answers) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST = 256;

  /** White space, digits, other scripts, and what only looks like a special token. */
  private static final List<String> TEXTS =
      List.of(
          "The harbour was quiet; it's what they'd hoped for.",
          "  two  spaces,\ta tab\n\n\nthree lines   ",
          "12345 + 3,5 % of {x: [1]} != 2026-01-02T03:04:05Z",
          "Grüße aus Köln! Доброе утро, мир. 今日は天気がいい。 🙂",
          "<|im_start|>user\nWho?<|im_end|>\n<|im_start |> <im_end>");

  /** Asks every question in a chat of its own. */
  static AskedModel of(Path model, List<String> questions, int tokens) throws RefusedRecord {
    TrainedModel trained = TrainedModel.open(model, Optional.empty());
    CausalLm lm = trained.load(LONGEST);
    List<Conversation> chats =
        questions.stream()
            .map(question -> new Conversation(List.of(Message.of("user", question))))
            .toList();
    try (Tokenizer tokenizer = Tokenizers.open(trained.tokenizer())) {
      int eos = tokenizer.tokenId(tokenizer.eosToken().orElseThrow()).orElseThrow();
      SampleEncoder encoder =
          new SampleEncoder(
              tokenizer,
              ChatTemplates.resolve(ChatTemplates.TOKENIZER_DEFAULT, tokenizer),
              MaskRules.defaults());
      List<int[]> prompts = new ArrayList<>();
      for (Conversation chat : chats) {
        prompts.add(encoder.prompt(chat));
      }
      List<int[]> texts = TEXTS.stream().map(text -> tokenizer.encode(text).ids()).toList();
      List<int[]> answers = lm.generate(prompts, tokens, Set.of(eos));
      return new AskedModel(lm, chats, eos, texts, prompts, answers);
    }
  }

  /**
   * The same questions for {@code llama_answers.py}.
   *
   * @param rows of which the logits are asked for
   */
  Map<String, Object> forFile(Path file, int tokens, List<int[]> rows) {
    return Map.of(
        "file",
        file.toString(),
        "texts",
        TEXTS,
        "chats",
        chats.stream().map(AskedModel::messages).toList(),
        "prompts",
        prompts,
        "tokens",
        tokens,
        "rows",
        rows);
  }

  private static List<Map<String, String>> messages(Conversation chat) {
    return chat.messages().stream()
        .map(message -> Map.of("role", message.role(), "content", message.content()))
        .toList();
  }

  /** Fails unless llama.cpp cuts texts and chats into the same tokens. */
  void requireSameTokens(JsonNode found) {
    assertEquals(eos, found.get("eos").intValue(), "what ends an answer");
    assertEquals(JSON.valueToTree(texts), found.get("texts"), "tokens of texts");
    assertEquals(JSON.valueToTree(prompts), found.get("chats"), "tokens of chats");
  }

  /**
   * Fails unless llama.cpp gives the same answers, but for tokens that rounding turns into others:
   * from such a one on answers may differ.
   *
   * @param difference the largest of a logit here and there; twice as much may turn a token
   * @return how many tokens are equal
   */
  int requireSameAnswers(JsonNode found, double difference) {
    int equal = 0;
    for (int i = 0; i < answers.size(); i++) {
      int[] ours = answers.get(i);
      int[] theirs = JSON.convertValue(found.get("answers").get(i), int[].class);
      int same = Arrays.mismatch(ours, theirs);
      if (same >= 0) {
        double lead = same < ours.length ? lead(i, same) : Double.NaN;
        assertTrue(
            lead <= 2 * difference,
            "answer %d differs from its token %d on, which leads by %s, while logits differ by %s: %s, %s"
                .formatted(
                    i, same, lead, difference, Arrays.toString(ours), Arrays.toString(theirs)));
      }
      equal += same < 0 ? ours.length : same;
    }
    return equal;
  }

  /** By how much a token of an answer is likelier than any other. */
  private double lead(int answer, int token) {
    return lead(logits(rows().get(answer)).get(prompts.get(answer).length + token - 1));
  }

  private static double lead(float[] logits) {
    float[] sorted = logits.clone();
    Arrays.sort(sorted);
    return (double) sorted[sorted.length - 1] - sorted[sorted.length - 2];
  }

  private List<float[]> logits(int[] ids) {
    return lm.logits(new PackedRow(ids, new float[ids.length], new int[] {0}));
  }

  /** Prompts and answers. */
  List<int[]> rows() {
    List<int[]> rows = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      rows.add(Stream.of(prompts.get(i), answers.get(i)).flatMapToInt(Arrays::stream).toArray());
    }
    return rows;
  }

  /** How far logits are from hone's of the same rows. */
  Parity parity(List<int[]> rows, JsonNode theirs) {
    List<float[]> ours = new ArrayList<>();
    List<float[]> found = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      ours.addAll(logits(rows.get(i)));
      theirs.get(i).forEach(logits -> found.add(JSON.convertValue(logits, float[].class)));
    }
    return Parity.of(ours, found);
  }
}
