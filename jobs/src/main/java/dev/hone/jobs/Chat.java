package dev.hone.jobs;

import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.model.BaseWeights;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.peft.PeftAdapter;
import dev.hone.formats.template.ChatTemplates;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.formats.tokenizer.SampleEncoder;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.LoraSpec;
import dev.hone.training.trainer.MachineKernels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Asks a model one question, without Spark. */
public final class Chat {
  /** Tokens of a pass; a longer prompt is read in pieces. */
  private static final int PASS_TOKENS = 256;

  private Chat() {}

  /**
   * The greedy answer, special tokens removed.
   *
   * @param model a Hugging Face directory, or a GGUF file, whose blocks stay as they are
   * @param adapter a PEFT directory on top of it
   * @param template one of {@link ChatTemplates#names()}
   * @param system a system message before the question
   * @throws HoneException if model, adapter, tokenizer or template cannot be used
   */
  public static String ask(
      Path model,
      Optional<Path> adapter,
      String template,
      Optional<String> system,
      String prompt,
      int maxNewTokens) {
    if (maxNewTokens < 1) {
      throw new HoneException("--max-new-tokens is " + maxNewTokens + "; use 1 or more");
    }
    try (TemporaryFolder files = TemporaryFolder.create("hone-chat")) {
      ModelDirectory directory = BaseWeights.AS_STORED.open(model, files.path());
      ModelDirectory trainedOn =
          adapter.map(from -> PeftAdapter.baseOf(from, directory)).orElse(directory);
      return ask(trainedOn, adapter, template, system, prompt, maxNewTokens);
    }
  }

  private static String ask(
      ModelDirectory directory,
      Optional<Path> adapter,
      String template,
      Optional<String> system,
      String prompt,
      int maxNewTokens) {
    try (Tokenizer tokenizer = Tokenizers.open(directory.path())) {
      int[] ids = prompt(tokenizer, template, system, prompt);
      Set<Integer> stops = new HashSet<>(directory.config().eosTokenIds());
      tokenizer.eosToken().flatMap(tokenizer::tokenId).ifPresent(stops::add);
      CausalLm loaded =
          CausalLm.load(
              directory,
              adapter.map(from -> LoraSpec.trained(from, directory)),
              MachineKernels.open(Runtime.getRuntime().availableProcessors()),
              PASS_TOKENS,
              0);
      int[] tokens = loaded.generate(ids, maxNewTokens, stops);
      boolean stopped = tokens.length > 0 && stops.contains(tokens[tokens.length - 1]);
      return tokenizer.decode(
          Arrays.copyOf(tokens, stopped ? tokens.length - 1 : tokens.length), true);
    }
  }

  private static int[] prompt(
      Tokenizer tokenizer, String template, Optional<String> system, String prompt) {
    List<Message> messages = new ArrayList<>();
    system.ifPresent(text -> messages.add(Message.of("system", text)));
    messages.add(Message.of("user", prompt));
    SampleEncoder encoder =
        new SampleEncoder(
            tokenizer, ChatTemplates.resolve(template, tokenizer), MaskRules.defaults());
    try {
      return encoder.prompt(new Conversation(messages));
    } catch (RefusedRecord e) {
      throw new HoneException("the prompt cannot be asked: " + e.getMessage(), e);
    }
  }
}
