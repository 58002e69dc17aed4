package dev.hone.formats.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.template.Opening;
import dev.hone.formats.template.Rendered;
import dev.hone.formats.template.Rendered.Part;
import dev.hone.formats.tokenizer.MaskRules.TrainOnEos;
import dev.hone.formats.tokenizer.Tokenizer.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Texts that are rendered by hand: what each character is decides the mask. */
@Tag("unit")
class TurnMaskTest {
  private final FakeTokenizer tokenizer = FakeTokenizer.withTemplate("");
  private int untrainedEnds;

  private static Conversation chat(Message... messages) {
    return new Conversation(List.of(messages));
  }

  private static final Message ASK = Message.of("user", "ask");
  private static final Message SAY = Message.of("assistant", "say");

  private String trained(Conversation chat, Rendered rendered, String prompt, MaskRules rules) {
    Encoding encoding = tokenizer.encode(rendered.text());
    TurnMask mask =
        new TurnMask(
            rendered,
            encoding,
            chat.messages().size(),
            new Opening(prompt, Optional.empty(), ""),
            Float.NaN);
    float[] weights =
        mask.weights(
            chat, rules, new EndTokens(tokenizer.specialIds(), Set.of(id("</s>")), id("</s>")));
    untrainedEnds = mask.untrainedEnds();
    StringBuilder shown = new StringBuilder();
    for (int t = 0; t < weights.length; t++) {
      shown.append(weights[t] == 0 ? "." : tokenizer.decode(new int[] {encoding.ids()[t]}, false));
    }
    return shown.toString().replaceAll("\\.+", ".");
  }

  private static EndTokens ends(Set<Integer> special) {
    return new EndTokens(special, Set.of(), -1);
  }

  private int id(String token) {
    return tokenizer.tokenId(token).orElseThrow();
  }

  private String trained(Conversation chat, Rendered rendered, String prompt) {
    return trained(chat, rendered, prompt, MaskRules.defaults());
  }

  @Test
  void marksAroundReasoningAndCallsAreTheTurns() {
    Rendered rendered =
        new Rendered.Builder()
            .template("<|im_start|>user\n", 0)
            .message("ask", 0)
            .template("<|im_end|>\n<|im_start|>", 1)
            .append("assistant", Part.ROLE, 1)
            .template("\n<think>\n", 1)
            .message("hm", 1)
            .template("\n</think>\n", 1)
            .message("say", 1)
            .template("\n<call>", 1)
            .message("{}", 1)
            .template("</call><|im_end|>\n", 1)
            .build();
    assertEquals(
        ".<think>\nhm\n</think>\nsay\n<call>{}</call><|im_end|>.",
        trained(chat(ASK, SAY), rendered, "<|im_start|>assistant\n"));
    // What the template writes to open the turn is given, not learned.
    assertEquals(
        ".hm\n</think>\nsay\n<call>{}</call><|im_end|>.",
        trained(chat(ASK, SAY), rendered, "<|im_start|>assistant\n<think>\n"));
    // A prompt that is written otherwise in a finished turn: only the text of the message is sure.
    assertEquals(
        ".hm\n</think>\nsay\n<call>{}</call><|im_end|>.",
        trained(chat(ASK, SAY), rendered, "<|im_start|>assistant<no>"));
    assertEquals(0, untrainedEnds);
  }

  @Test
  void aStopTokenGoesBeforeOtherSpecialTokens() {
    Rendered rendered =
        new Rendered.Builder()
            .message("ask", 0)
            .message("say", 1)
            .template("<|end|><|im_end|></s>", 1)
            .build();
    assertEquals(".say<|end|><|im_end|></s>", trained(chat(ASK, SAY), rendered, ""));
  }

  @Test
  void theMarkOfTheNextTurnIsNoEnd() {
    Rendered rendered =
        new Rendered.Builder()
            .message("ask", 0)
            .message("say", 1)
            .template("\n", 1)
            .template("<|user|>", 2)
            .message("more", 2)
            .build();
    assertEquals(".say.", trained(chat(ASK, SAY, ASK), rendered, ""));
    assertEquals(1, untrainedEnds);
    // Unless the model stops at it.
    Rendered stopping =
        new Rendered.Builder()
            .message("ask", 0)
            .message("say", 1)
            .template("</s>", 2)
            .message("more", 2)
            .build();
    assertEquals(".say</s>.", trained(chat(ASK, SAY, ASK), stopping, ""));
    assertEquals(0, untrainedEnds);
  }

  @Test
  void whatAMessageSaysInAnothersTurnIsNotItsTurn() {
    Rendered rendered =
        new Rendered.Builder()
            .message("ask", 0)
            .message("say", 1)
            .template("<|end|>", 1)
            .template("<|start_header_id|>", 2)
            .message("say", 1)
            .template("<|end_header_id|>", 2)
            .message("result", 2)
            .template("<|end|>", 2)
            .build();
    assertEquals(
        ".say<|end|>.", trained(chat(ASK, SAY, Message.of("tool", "result")), rendered, ""));
  }

  @Test
  void marksAfterTheLastCallComeBeforeTheEnd() {
    Rendered rendered =
        new Rendered.Builder()
            .message("ask", 0)
            .message("say", 1)
            .template("<|end|><|im_end|>\n", 1)
            .build();
    assertEquals(".say<|end|><|im_end|>.", trained(chat(ASK, SAY), rendered, ""));
    // Where it is not known for whom the template wrote, the first one is the end.
    Rendered unknown =
        new Rendered.Builder()
            .message("ask", 0)
            .message("say", 1)
            .template("<|end|><|im_end|>\n", -1)
            .build();
    assertEquals(".say<|end|>.", trained(chat(ASK, SAY), unknown, ""));
  }

  @Test
  void aPromptThatOpensAThoughtEndsWithItsHeader() {
    Rendered rendered =
        new Rendered.Builder()
            .message("ask", 0)
            .template("<|im_start|>assistant\n<think></think>", 1)
            .message("say", 1)
            .template("<|im_end|>", 1)
            .build();
    assertEquals(
        ".<think></think>say<|im_end|>",
        trained(chat(ASK, SAY), rendered, "<|im_start|>assistant\n<think>\n"));
  }

  @Test
  void anEmptyTurnTrainsItsEnd() {
    Message nothing = Message.of("assistant", "");
    Rendered rendered =
        new Rendered.Builder()
            .message("ask", 0)
            .template("<|im_end|>\n", 0)
            .template("<|im_start|>", 1)
            .append("assistant", Part.ROLE, 1)
            .template("\n", 1)
            .template("<|im_end|>\n", 1)
            .build();
    assertEquals(".<|im_end|>.", trained(chat(ASK, nothing), rendered, "<|im_start|>assistant\n"));
    // A turn that the template leaves out trains nothing.
    Rendered left = new Rendered.Builder().message("ask", 0).template("<|im_end|>", 0).build();
    assertEquals(".", trained(chat(ASK, nothing), left, "<|im_start|>assistant\n"));
  }

  @Test
  void theEndOfEveryTurnCanBeTrained() {
    Rendered rendered =
        new Rendered.Builder()
            .message("ask", 0)
            .template("<|im_end|>", 0)
            .message("say", 1)
            .template("<|im_end|>", 1)
            .build();
    MaskRules all = new MaskRules(false, Set.of("assistant"), TrainOnEos.ALL, List.of(), false);
    assertEquals(".<|im_end|>say<|im_end|>", trained(chat(ASK, SAY), rendered, "", all));
  }

  @Test
  void otherEndsThanTheEosTokenHaveTheirOwnRule() {
    Rendered eos =
        new Rendered.Builder()
            .message("ask", 0)
            .template("</s>", 0)
            .message("say", 1)
            .template("</s>", 1)
            .build();
    Rendered eot =
        new Rendered.Builder()
            .message("ask", 0)
            .template("<|im_end|>", 0)
            .message("say", 1)
            .template("<|im_end|>", 1)
            .build();
    MaskRules allEos = rules(TrainOnEos.ALL, TrainOnEos.NONE);
    MaskRules allEot = rules(TrainOnEos.NONE, TrainOnEos.ALL);
    assertEquals(".</s>say</s>", trained(chat(ASK, SAY), eos, "", allEos));
    assertEquals(".say.", trained(chat(ASK, SAY), eos, "", allEot));
    assertEquals(".say.", trained(chat(ASK, SAY), eot, "", allEos));
    assertEquals(".<|im_end|>say<|im_end|>", trained(chat(ASK, SAY), eot, "", allEot));
    assertEquals(
        ".say</s>", trained(chat(ASK, SAY), eos, "", rules(TrainOnEos.TURN, TrainOnEos.NONE)));
  }

  @Test
  void theEosTokenHasOneRule() {
    MaskRules two =
        new MaskRules(
            false, Set.of("assistant"), TrainOnEos.TURN, TrainOnEos.NONE, List.of("</s>"), false);
    HoneException refused = assertThrows(HoneException.class, () -> EndTokens.of(tokenizer, two));
    assertTrue(
        refused
            .getMessage()
            .startsWith("train_on_eos is turn and train_on_eot is none, and '</s>'"),
        refused.getMessage());
    assertEquals(
        Set.of(id("</s>"), id("<|im_end|>")),
        EndTokens.of(
                tokenizer,
                new MaskRules(
                    false,
                    Set.of("assistant"),
                    TrainOnEos.TURN,
                    TrainOnEos.NONE,
                    List.of("<|im_end|>"),
                    false))
            .stops());
  }

  private static MaskRules rules(TrainOnEos eos, TrainOnEos eot) {
    return new MaskRules(false, Set.of("assistant"), eos, eot, List.of(), false);
  }

  @Test
  void piecesHaveWeightsOfTheirOwn() {
    Rendered rendered =
        new Rendered(
            "</s>abc<|im_end|>",
            List.of(
                new Rendered.Run(4, Part.TEMPLATE, -1, Float.NaN),
                new Rendered.Run(5, Part.MESSAGE, 0, Float.NaN),
                new Rendered.Run(6, Part.MESSAGE, 0, 0),
                new Rendered.Run(7, Part.MESSAGE, 0, 0.25f),
                new Rendered.Run(17, Part.TEMPLATE, 0, Float.NaN)));
    Encoding encoding = tokenizer.encode(rendered.text());
    Conversation chat = chat(SAY.withWeight(0.5f));
    float[] weights =
        new TurnMask(rendered, encoding, 1, Opening.UNKNOWN, Float.NaN)
            .weights(chat, MaskRules.defaults(), ends(tokenizer.specialIds()));
    assertEquals("[0.0, 0.5, 0.0, 0.25, 0.5]", Arrays.toString(weights));
  }

  @Test
  void aTokenHasTheSmallestWeightOfWhatItTouches() {
    Rendered rendered =
        new Rendered(
            "_abcd_",
            List.of(
                new Rendered.Run(1, Part.TEMPLATE, 0, Float.NaN),
                new Rendered.Run(3, Part.MESSAGE, 0, 1),
                new Rendered.Run(5, Part.MESSAGE, 0, 0),
                new Rendered.Run(6, Part.TEMPLATE, 0, Float.NaN)));
    // "_a", "bc", "d_": the header's last character joins the answer, an untrained piece does not.
    Encoding encoding = new Encoding(new int[] {7, 8, 9}, new int[] {0, 2, 4}, new int[] {2, 4, 6});
    List<Float> weights = new ArrayList<>();
    for (float weight :
        new TurnMask(rendered, encoding, 1, Opening.UNKNOWN, Float.NaN)
            .weights(chat(SAY), MaskRules.defaults(), ends(Set.of()))) {
      weights.add(weight);
    }
    assertEquals(List.of(1f, 0f, 0f), weights);
    // A special token that swallows white space of the answer is still the template's.
    float[] special =
        new TurnMask(rendered, encoding, 1, Opening.UNKNOWN, Float.NaN)
            .weights(chat(SAY), MaskRules.defaults(), ends(Set.of(7)));
    assertEquals(0, special[0]);
  }
}
