package dev.hone.jobs.cli;

import dev.hone.jobs.Chat;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hone chat DIR --prompt TEXT --greedy}: one answer. Starts no Spark. */
@Command(
    name = "chat",
    aliases = "inference",
    description = "Asks a model one question.",
    mixinStandardHelpOptions = true)
final class ChatCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR|GGUF",
      description = "A Hugging Face model directory, or a GGUF file.")
  Path model;

  @Option(names = "--adapter", paramLabel = "DIR", description = "A PEFT directory on top of it.")
  Path adapter;

  @Option(names = "--prompt", paramLabel = "TEXT", required = true, description = "The question.")
  String prompt;

  @Option(names = "--system", paramLabel = "TEXT", description = "A system message before it.")
  String system;

  @Option(
      names = "--chat-template",
      paramLabel = "NAME",
      defaultValue = "tokenizer_default",
      description = "tokenizer_default, chatml or alpaca (default: ${DEFAULT-VALUE}).")
  String template;

  @Option(
      names = "--greedy",
      description = "Always the likeliest token. This version has no other way to choose.")
  boolean greedy;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "256",
      description = "Longest answer, in tokens (default: ${DEFAULT-VALUE}).")
  int maxNewTokens;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        Chat.ask(
            model,
            Optional.ofNullable(adapter),
            template,
            Optional.ofNullable(system),
            prompt,
            maxNewTokens));
    return 0;
  }
}
