package dev.hone.formats.tokenizer;

import dev.hone.formats.HoneException;
import dev.hone.formats.Sha256;
import dev.hone.formats.corpus.Completion;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Document;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.Pretokenized;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.corpus.Segment;
import dev.hone.formats.template.ChatTemplate;
import dev.hone.formats.template.Rendered;
import dev.hone.formats.tokenizer.Tokenizer.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * A document to token ids and loss weights. The conversation is rendered once and tokenized once,
 * and the template says where each message ended up in the text; {@link TurnMask} has the rule for
 * a token. Nothing is searched for in text or ids, so a mask cannot slip.
 *
 * <p>Worked example: ChatML, the default rules ({@code roles_to_train: [assistant]}, {@code
 * train_on_eos: turn}) and a tokenizer of 512 tokens.
 *
 * <pre>
 * text     &lt;|im_start|&gt; us er \n H i &lt;|im_end|&gt; \n
 * ids      1 436 268 201 42 75 2 201
 * weights  0 0 0 0 0 0 0 0
 * text     &lt;|im_start|&gt; as s ist ant \n H el l o . &lt;|im_end|&gt; \n
 * ids      1 308 85 403 412 201 42 372 78 81 16 2 201
 * weights  0 0 0 0 0 0 1 1 1 1 1 1 0
 * </pre>
 *
 * <p>The first token of a document is never a target. In a text without turns a token across the
 * edge of a trained piece is not trained. Nothing is truncated here.
 */
public final class SampleEncoder {
  /** The reason why a conversation is refused of which the template leaves something out. */
  public static final String LEFT_OUT = "left_out_by_template";

  private static final String ALGORITHM = "origins of the rendered text, 2";

  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final MaskRules rules;
  private final int[] prefixIds;
  private final EndTokens ends;

  /**
   * @param tokenizer is used, not closed
   * @throws HoneException as {@link EndTokens#of}
   */
  public SampleEncoder(Tokenizer tokenizer, ChatTemplate template, MaskRules rules) {
    this.tokenizer = tokenizer;
    this.template = template;
    this.rules = rules;
    this.prefixIds = tokenizer.prefixIds();
    this.ends = EndTokens.of(tokenizer, rules);
  }

  /**
   * Encodes one document.
   *
   * @throws RefusedRecord {@code no_trained_token} if no token carries loss, {@code
   *     template_refused} if the template has no place for a message
   * @throws HoneException if a completion needs an end-of-sequence token and the tokenizer has none
   */
  public Sample encode(Document document) throws RefusedRecord {
    Sample sample = encodeAny(document);
    requireTrained(document, sample);
    return sample;
  }

  /**
   * What {@link #encode} asks of the sample that {@link #encodeAny} made of a document.
   *
   * @throws RefusedRecord {@code no_trained_token}
   */
  public void requireTrained(Document document, Sample sample) throws RefusedRecord {
    if (sample.trainedTokens() == 0) {
      throw new RefusedRecord(
          "no_trained_token",
          "none of its %d tokens carries loss; %s"
              .formatted(sample.ids().length, whatIsTrained(document)));
    }
  }

  /**
   * As {@link #encode}, but a sample in which nothing is trained is returned too.
   *
   * @throws RefusedRecord {@code template_refused} if the template has no place for a message
   * @throws HoneException if a completion needs an end-of-sequence token and the tokenizer has none
   */
  public Sample encodeAny(Document document) throws RefusedRecord {
    Sample sample = sample(document);
    if (sample.ids().length > 0) {
      sample.weights()[0] = 0;
    }
    return sample;
  }

  /**
   * The ids that ask for the next assistant turn, exactly as they precede it in training.
   *
   * @throws RefusedRecord {@code template_refused} if the template has no place for a message
   */
  public int[] prompt(Conversation conversation) throws RefusedRecord {
    return withPrefix(tokenizer.encode(template.render(conversation, true).text()).ids());
  }

  /** What decides the samples: tokenizer, template and mask rules; for {@code prep_id}. */
  public String fingerprint() {
    return Sha256.hex(
        String.join(
            "\n",
            ALGORITHM,
            tokenizer.fingerprint(),
            template.fingerprint(),
            "train_on_inputs " + rules.trainOnInputs(),
            "roles_to_train " + new TreeSet<>(rules.rolesToTrain()),
            "train_on_eos " + rules.trainOnEos() + ", eot " + rules.trainOnEot(),
            "eot_tokens " + rules.eotTokens(),
            "left out " + rules.allowLeftOut()));
  }

  private Sample sample(Document document) throws RefusedRecord {
    if (document instanceof Conversation conversation) {
      return chat(conversation);
    }
    if (document instanceof Completion completion) {
      Sample text = encoded(completion.text(), trained(completion.segments()));
      return completion.closed() ? closed(text) : text;
    }
    if (document instanceof Pretokenized tokens) {
      return given(tokens);
    }
    throw new RefusedRecord(
        "not_one_sample",
        "a record of kind '%s' holds answers to compare, which supervised training has no loss for; use a type whose rows have one answer, or compare them with rl: dpo"
            .formatted(document.kind()));
  }

  /** One rendering and one tokenization; {@link TurnMask} has the weights. */
  private Sample chat(Conversation conversation) throws RefusedRecord {
    Rendered rendered = template.render(conversation, false);
    if (!rendered.leftOut().isEmpty() && !rules.allowLeftOut()) {
      throw new RefusedRecord(
          LEFT_OUT,
          "the chat template leaves out %s; use a chat_template that has a place for it, change the rows, or let it go with allow: [left_out_by_template]"
              .formatted(String.join(", ", rendered.leftOut())));
    }
    Encoding encoding = tokenizer.encode(rendered.text());
    TurnMask mask =
        new TurnMask(
            rendered,
            encoding,
            conversation.messages().size(),
            template.opening(conversation),
            rules.trainOnInputs() && template.speaksInPrompts() ? 1 : Float.NaN);
    float[] weights = mask.weights(conversation, rules, ends);
    int[] ids = withPrefix(encoding.ids());
    float[] shifted = new float[ids.length];
    System.arraycopy(weights, 0, shifted, ids.length - weights.length, weights.length);
    return new Sample(ids, shifted, mask.untrainedEnds());
  }

  /** Characters of a text that have a weight. */
  private record Trained(int start, int end, float weight) {}

  private List<Trained> trained(List<Segment> segments) {
    List<Trained> trained = new ArrayList<>();
    int start = 0;
    for (Segment segment : segments) {
      int end = start + segment.text().length();
      float weight = segment.weight().orElse(rules.trainOnInputs() ? 1f : 0f);
      int last = trained.size() - 1;
      if (last >= 0 && trained.get(last).end() == start && trained.get(last).weight() == weight) {
        // Neighbours of one weight are one span, so that a token across their edge is trained.
        trained.set(last, new Trained(trained.get(last).start(), end, weight));
      } else if (weight > 0) {
        trained.add(new Trained(start, end, weight));
      }
      start = end;
    }
    return trained;
  }

  /**
   * The prefix, and the tokens of a text with the weights of their spans.
   *
   * @param spans ascending, disjoint
   */
  private Sample encoded(String text, List<Trained> spans) {
    Encoding encoding = tokenizer.encode(text);
    int[] ids = withPrefix(encoding.ids());
    int prefix = ids.length - encoding.ids().length;
    float[] weights = new float[ids.length];
    int next = 0;
    for (int t = 0; t < encoding.ids().length; t++) {
      int start = encoding.starts()[t];
      int end = encoding.ends()[t];
      while (next < spans.size() && spans.get(next).end() <= start) {
        next++;
      }
      if (next < spans.size()
          && start < end
          && spans.get(next).start() <= start
          && end <= spans.get(next).end()) {
        weights[prefix + t] = spans.get(next).weight();
      }
    }
    return new Sample(ids, weights);
  }

  /** A template that writes the prefix itself, as Llama 3's does, must not get it twice. */
  private int[] withPrefix(int[] ids) {
    int n = prefixIds.length;
    if (n == 0 || (ids.length >= n && Arrays.equals(ids, 0, n, prefixIds, 0, n))) {
      return ids;
    }
    int[] joined = Arrays.copyOf(prefixIds, n + ids.length);
    System.arraycopy(ids, 0, joined, n, ids.length);
    return joined;
  }

  /** Closes a text with the trained end-of-sequence token, unless it ends with one. */
  private Sample closed(Sample text) {
    int eos =
        tokenizer
            .eosToken()
            .flatMap(tokenizer::tokenId)
            .orElseThrow(
                () ->
                    new HoneException(
                        "type: completion closes each text with the eos_token, and the tokenizer has %s; add it to tokenizer_config.json"
                            .formatted(
                                tokenizer
                                    .eosToken()
                                    .map(t -> "no id for '" + t + "'")
                                    .orElse("none"))));
    int length = text.ids().length;
    if (length > 0 && text.ids()[length - 1] == eos) {
      return text;
    }
    int[] ids = Arrays.copyOf(text.ids(), length + 1);
    float[] weights = Arrays.copyOf(text.weights(), length + 1);
    ids[length] = eos;
    weights[length] = 1;
    return new Sample(ids, weights);
  }

  private static Sample given(Pretokenized document) {
    float[] weights = new float[document.labels().length];
    for (int t = 0; t < weights.length; t++) {
      weights[t] = document.labels()[t] == Pretokenized.IGNORE_INDEX ? 0 : 1;
    }
    return new Sample(document.inputIds().clone(), weights);
  }

  private String whatIsTrained(Document document) {
    if (document instanceof Conversation conversation) {
      return "its turns are %s, and roles_to_train is %s"
          .formatted(
              conversation.messages().stream().map(Message::role).toList(),
              new TreeSet<>(rules.rolesToTrain()));
    }
    return document instanceof Pretokenized
        ? "every label after the first is -100"
        : "the text is empty";
  }
}
