package dev.hone.formats.tokenizer;

import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.template.ChatTemplate;
import dev.hone.formats.template.ChatTemplates;
import dev.hone.formats.template.Rendered;
import dev.hone.formats.tokenizer.MaskRules.TrainOnEos;
import dev.hone.formats.tokenizer.Tokenizer.Encoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Random conversations through random templates and real tokenizers. Each must give a sample that
 * can be accounted for, or one line that says why not. Under a template that is known to write
 * every message once, what an answer says is trained, and what a question says is not.
 *
 * <p>{@code main SECONDS [TOKENIZER_DIR|TEMPLATE.jinja|FOLDER_OF_TEMPLATES]...} goes on for some
 * time.
 */
final class EncodeFuzz {
  private static final long SLOW_NANOS = 2_000_000_000L;

  private final Random random;
  private final RandomChats chats;
  private final RandomTemplates templates;
  private final List<Tokenizer> tokenizers;
  private final List<String> sources;
  private final Map<String, Integer> outcomes = new TreeMap<>();

  /**
   * @param sources templates that are rendered as they are and with changes
   */
  EncodeFuzz(long seed, List<Tokenizer> tokenizers, List<String> sources) {
    this.random = new Random(seed);
    this.chats = new RandomChats(random);
    this.templates = new RandomTemplates(random);
    this.tokenizers = tokenizers;
    this.sources = sources;
  }

  /** How often each outcome was: {@code accepted}, or a reason. */
  Map<String, Integer> outcomes() {
    return Map.copyOf(outcomes);
  }

  /** One template, and some conversations through it. */
  void step() {
    Tokenizer tokenizer = tokenizers.get(random.nextInt(tokenizers.size()));
    boolean builtIn = random.nextInt(3) == 0;
    String source = builtIn ? name() : source();
    long start = System.nanoTime();
    try {
      ChatTemplate template = ChatTemplates.resolve(source, tokenizer);
      MaskRules rules = rules();
      SampleEncoder encoder = new SampleEncoder(tokenizer, template, rules);
      for (int i = 0; i < 4; i++) {
        Conversation chat = chats.conversation();
        try {
          Sample sample = encoder.encodeAny(chat);
          Rendered rendered = template.render(chat, false);
          int prefix = requireIds(tokenizer, rendered, sample);
          if (builtIn) {
            requireMask(
                chat,
                rendered,
                tokenizer.encode(rendered.text()),
                tokenizer.specialIds(),
                rules,
                sample,
                prefix);
          }
          encoder.requireTrained(chat, sample);
          outcomes.merge("accepted", 1, Integer::sum);
        } catch (RefusedRecord e) {
          requireLine(e.getMessage());
          outcomes.merge(e.reason(), 1, Integer::sum);
        }
        requireText(tokenizer, chats.text());
      }
    } catch (HoneException e) {
      requireLine(e.getMessage());
      outcomes.merge("no template", 1, Integer::sum);
    } catch (RuntimeException | StackOverflowError e) {
      throw new IllegalStateException(source, e);
    }
    if (System.nanoTime() - start > SLOW_NANOS) {
      throw new IllegalStateException("too slow: " + source);
    }
  }

  private String name() {
    List<String> names = ChatTemplates.names();
    return names.get(1 + random.nextInt(names.size() - 1));
  }

  private String source() {
    String made =
        sources.isEmpty() || random.nextInt(3) == 0
            ? templates.made()
            : sources.get(random.nextInt(sources.size()));
    return random.nextInt(3) == 0 ? made : templates.mutated(made);
  }

  private MaskRules rules() {
    TrainOnEos[] ends = TrainOnEos.values();
    Set<String> roles = random.nextInt(4) == 0 ? Set.of("assistant", "user") : Set.of("assistant");
    return new MaskRules(
        false,
        roles,
        ends[random.nextInt(ends.length)],
        ends[random.nextInt(ends.length)],
        List.of(),
        random.nextBoolean());
  }

  /** The ids are those of the rendered text, after the prefix of which the length is returned. */
  private static int requireIds(Tokenizer tokenizer, Rendered rendered, Sample sample) {
    int[] ids = tokenizer.encode(rendered.text()).ids();
    int prefix = sample.ids().length - ids.length;
    require(
        (prefix == 0 || prefix == tokenizer.prefixIds().length)
            && Arrays.equals(ids, 0, ids.length, sample.ids(), prefix, sample.ids().length),
        "the ids are other ones");
    require(sample.weights().length == sample.ids().length, "weights are missing");
    require(sample.ids().length == 0 || sample.weights()[0] == 0, "the first token is trained");
    for (float weight : sample.weights()) {
      require(weight == 0 || weight == 0.5f || weight == 1, "a weight of " + weight);
    }
    return prefix;
  }

  /** Weights by the plainest rule there is, for messages that say no piece and no weight of it. */
  private static void requireMask(
      Conversation chat,
      Rendered rendered,
      Encoding encoding,
      Set<Integer> special,
      MaskRules rules,
      Sample sample,
      int prefix) {
    for (Message message : chat.messages()) {
      if (message.toolCalls().isPresent()
          || message.weight().isPresent()
          || !message.weighted().isEmpty()
          || !message.role().matches("assistant|user")) {
        return; // a result names the call again, and weights are for TurnMaskTest
      }
    }
    boolean users = rules.rolesToTrain().contains("user");
    for (int t = 0; t < encoding.ids().length; t++) {
      boolean answers = false;
      boolean questions = false;
      int start = 0;
      for (Rendered.Run run : rendered.runs()) {
        if (run.part() == Rendered.Part.MESSAGE
            && start < encoding.ends()[t]
            && run.end() > encoding.starts()[t]) {
          boolean user = chat.messages().get(run.message()).role().equals("user");
          answers |= !user;
          questions |= user;
        }
        start = run.end();
      }
      float weight = sample.weights()[prefix + t];
      if (questions && !users) {
        require(weight == 0, "a question is trained at token " + t);
      } else if (answers && !questions && !special.contains(encoding.ids()[t]) && prefix + t > 0) {
        require(weight == 1, "an answer is not trained at token " + t + " of " + rendered);
      }
    }
  }

  /** Offsets go up and stay inside the text. */
  private static void requireText(Tokenizer tokenizer, String text) {
    Encoding encoding = tokenizer.encode(text);
    int last = 0;
    for (int t = 0; t < encoding.ids().length; t++) {
      int start = encoding.starts()[t];
      int end = encoding.ends()[t];
      require(start >= last && end >= start && end <= text.length(), "offsets of " + text);
      require(
          start == text.length() || !Character.isLowSurrogate(text.charAt(start)) || start == 0,
          "half a character of " + text);
      last = start;
    }
  }

  private static void requireLine(String message) {
    require(
        !message.isBlank() && !message.contains("\n") && message.length() < 4000,
        "no clear line: " + message);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what);
    }
  }

  /** Goes on for some seconds and says what was seen. */
  public static void main(String[] args) throws IOException {
    Instant end = Instant.now().plus(Duration.ofSeconds(Long.parseLong(args[0])));
    List<Tokenizer> tokenizers = new ArrayList<>();
    List<String> sources = new ArrayList<>();
    for (String arg : args) {
      Path path = Path.of(arg);
      if (Files.exists(path.resolve("tokenizer.json"))) {
        tokenizers.add(DjlTokenizer.open(path));
      } else if (Files.isDirectory(path)) {
        try (Stream<Path> files = Files.list(path).sorted()) {
          for (Path file : files.toList()) {
            sources.add(Files.readString(file));
          }
        }
      }
    }
    Map<String, Integer> all = new TreeMap<>();
    long seed = 0;
    while (Instant.now().isBefore(end)) {
      EncodeFuzz fuzz = new EncodeFuzz(seed++, tokenizers, sources);
      for (int i = 0; i < 1000; i++) {
        fuzz.step();
      }
      fuzz.outcomes().forEach((reason, n) -> all.merge(reason, n, Integer::sum));
    }
    System.out.println(seed + " seeds of 1000 templates: " + all);
  }
}
