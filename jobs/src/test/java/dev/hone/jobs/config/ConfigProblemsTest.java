package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each problem names file, line, key, value and what would be right; all are reported at once. */
@Tag("unit")
class ConfigProblemsTest {
  @TempDir Path folder;

  private List<String> problems(String yaml, String... overrides) {
    return new ConfigTexts(folder).problems(yaml, overrides);
  }

  @Test
  void reportsEverythingAtOnceInTheOrderOfTheFile() {
    assertEquals(
        List.of(
            "config.yaml:1: lerning_rate: unknown key; did you mean learning_rate?",
            "config.yaml:1: base_model: missing; give a path. Hugging Face model directory:"
                + " config.json, safetensors, tokenizer.json. hone downloads nothing; hone"
                + " import makes one from a GGUF file. With adapter: qlora also a .gguf file"
                + " itself.",
            "config.yaml:1: learning_rate: missing; give a number of at least 0. Peak of the"
                + " schedule.",
            "config.yaml:2: sequence_len: 'long' is not a whole number of at least 2",
            "config.yaml:3: lr_scheduler: 'cosin' is not one of cosine, linear, constant,"
                + " constant_with_warmup, cosine_with_restarts, cosine_with_min_lr,"
                + " cosine_warmup_with_min_lr, inverse_sqrt, polynomial, warmup_stable_decay; did"
                + " you mean cosine?",
            "config.yaml:5: datasets.0.path: missing; give a path. A file, folder or glob (JSON,"
                + " JSON lines, CSV, Parquet, text; compressed too), an s3a:// address, a table"
                + " name, or a SELECT.",
            "config.yaml:5: datasets.0.type: 'alpacca' is not a type; did you mean alpaca?;"
                + " docs/formats.md lists them; leave it empty for pre-tokenized rows, or remove it"
                + " to have it found",
            "config.yaml:6: process_reward_model: 'true' is not supported: this version learns from pairs with rl: cpo, dpo,"
                + " ipo, orpo or simpo or with reward_model: true, from labelled answers with rl: kto, and knows no other kind of preference or reward; remove it"),
        problems(
            """
            lerning_rate: 1e-4
            sequence_len: long
            lr_scheduler: cosin
            datasets:
              - type: alpacca
            process_reward_model: true
            """));
  }

  @Test
  void namesBothSidesOfAContradiction() {
    assertEquals(
        List.of(
            "config.yaml:5: val_set_size: 0.1 together with test_datasets (config.yaml:6); keep one"
                + " of the two",
            "config.yaml:9: warmup_ratio: together with warmup_steps (config.yaml:8); keep one of"
                + " the two",
            "config.yaml:10: lora_model_dir: starts from an adapter, but no adapter is trained; add"
                + " adapter: lora"),
        problems(
            ConfigTexts.MINIMAL
                + """
                val_set_size: 0.1
                test_datasets:
                  - {path: test.jsonl, type: alpaca}
                warmup_steps: 3
                warmup_ratio: 0.1
                lora_model_dir: adapter
                """));
  }

  @Test
  void wordsOfAListMayHaveToBeOnesOfSome() {
    assertEquals(
        List.of(
            "config.yaml:5: allow: 'untrained_eos' is not one word or a list of words of"
                + " no_trained_token, untrained_eot, left_out_by_template; did you mean untrained_eot?",
            "config.yaml:6: excess_length_strategy: 'keep_last' is not one of drop, error, raise,"
                + " truncate, split, keep_last_turns",
            "config.yaml:8: test_datasets.0.excess_length_strategy: 'spilt' is not one of drop,"
                + " error, raise, truncate, split, keep_last_turns; did you mean split?"),
        problems(
            ConfigTexts.MINIMAL
                + """
                allow: [no_trained_token, untrained_eos]
                excess_length_strategy: keep_last
                test_datasets:
                  - {path: test.jsonl, type: alpaca, excess_length_strategy: spilt}
                """));
  }

  @Test
  void refusesPackingThatContradictsItself() {
    assertEquals(
        List.of(
            "config.yaml:5: packing_strategy: wrapped packs samples, and sample_packing is false;"
                + " set sample_packing: true, or remove packing_strategy"),
        problems(ConfigTexts.MINIMAL + "packing_strategy: wrapped\n"));
    assertEquals(
        List.of(
            "config.yaml:6: packing_strategy: none together with sample_packing: true"
                + " (config.yaml:5); keep one of the two"),
        problems(ConfigTexts.MINIMAL + "sample_packing: true\npacking_strategy: none\n"));
    assertEquals(
        List.of(
            "config.yaml:7: excess_length_strategy: truncate together with packing_strategy:"
                + " bfd_split (config.yaml:6), which cuts long documents into pieces; keep one of"
                + " the two, or give excess_length_strategy to the entries of datasets that it is"
                + " meant for"),
        problems(
            ConfigTexts.MINIMAL
                + """
                sample_packing: true
                packing_strategy: bfd_split
                excess_length_strategy: truncate
                """));
  }

  @Test
  void refusesEvaluationWithoutData() {
    assertEquals(
        List.of(
            "config.yaml:5: eval_steps: there is nothing to evaluate on; add test_datasets or"
                + " val_set_size, or remove eval_steps"),
        problems(ConfigTexts.MINIMAL + "eval_steps: 10\n"));
  }

  @Test
  void refusesTheBestOfWhatIsNotMeasured() {
    assertEquals(
        List.of(
            "config.yaml:5: metric_for_best_model: without an evaluation no model is the best; add"
                + " test_datasets or val_set_size, or remove metric_for_best_model",
            "config.yaml:6: load_best_model_at_end: without an evaluation no model is the best; add"
                + " test_datasets or val_set_size, or remove load_best_model_at_end"),
        problems(
            ConfigTexts.MINIMAL + "metric_for_best_model: loss\nload_best_model_at_end: true\n"));
    String load = ConfigTexts.MINIMAL + "val_set_size: 0.1\nload_best_model_at_end: true\n";
    assertEquals(
        List.of(
            "config.yaml:6: load_best_model_at_end: there is only the last model; add save_steps,"
                + " or remove it"),
        problems(load));
    assertEquals(
        List.of(
            "config.yaml:6: load_best_model_at_end: save_steps 30 is no multiple of eval_steps 20,"
                + " so not every checkpoint is measured; make it one"),
        problems(load + "save_steps: 30\neval_steps: 20\n"));
  }

  @Test
  void refusesPatienceWithNothingToWaitFor() {
    assertEquals(
        List.of(
            "config.yaml:5: early_stopping_patience: there is nothing to evaluate on; add"
                + " test_datasets or val_set_size, or remove it"),
        problems(ConfigTexts.MINIMAL + "early_stopping_patience: 2\n"));
    assertEquals(
        List.of(
            "config.yaml:6: early_stopping_patience: nothing is measured between the steps; add"
                + " eval_steps, or remove it"),
        problems(ConfigTexts.MINIMAL + "val_set_size: 0.1\nearly_stopping_patience: 2\n"));
    assertEquals(
        List.of(
            "config.yaml:5: early_stopping_threshold: it says what counts for"
                + " early_stopping_patience, which is not there; add that, or remove it"),
        problems(ConfigTexts.MINIMAL + "early_stopping_threshold: 0.1\n"));
  }

  @Test
  void boundsNumbers() {
    assertEquals(
        List.of(
            "config.yaml:5: micro_batch_size: '0' is not a whole number of at least 1",
            "config.yaml:6: lora_dropout: '1' is not a number of at least 0 and below 1",
            "config.yaml:7: num_epochs: '.nan' is not a number above 0",
            "config.yaml:8: workers: '0' is not a whole number of at least 1",
            "config.yaml:9: max_steps: '1.5' is not a whole number of at least 1"),
        problems(
            ConfigTexts.MINIMAL
                + """
                micro_batch_size: 0
                lora_dropout: 1
                num_epochs: .nan
                workers: 0
                max_steps: 1.5
                """));
  }

  @Test
  void namesTheKeysOfTheType() {
    assertEquals(
        List.of(
            "config.yaml:4: datasets.0.field_messages: rows of type 'alpaca' have no such key;"
                + " their keys are field_input, field_instruction, field_output, field_system"),
        problems(
            ConfigTexts.MINIMAL.replace(
                "type: alpaca", "type: alpaca, field_messages: conversations")));
    assertEquals(
        List.of(
            "config.yaml:4: datasets.0.roles: 'user' is not a mapping",
            "config.yaml:4: datasets.0.split_thinking: 'perhaps' is not true or false",
            "config.yaml:4: datasets.0.validation: 'stricct' is not one of strict, repair, off; did"
                + " you mean strict?"),
        problems(
            ConfigTexts.MINIMAL.replace(
                "type: alpaca",
                "type: sharegpt, roles: user, split_thinking: perhaps, validation: stricct")));
    assertEquals(
        List.of(
            "config.yaml:4: datasets.0.field_output: belongs to a type, and the entry has none; add"
                + " type: to it"),
        problems(ConfigTexts.MINIMAL.replace("type: alpaca", "field_output: answer")));
  }

  @Test
  void saysWhereYamlBreaks() {
    assertEquals(
        List.of(
            "config.yaml:2: not valid YAML: mapping values are not allowed here; check indentation,"
                + " colons and quotes on this line"),
        problems("base_model: a\n  learning_rate: 3\n"));
    assertEquals(
        List.of(
            "config.yaml:1: holds 'no mapping'; a configuration is a mapping of keys to values,"
                + " such as base_model: DIR"),
        problems("no mapping\n"));
    assertEquals(
        List.of(
            "config.yaml:5: learning_rate: written twice, first at config.yaml:2; keep one of the two"),
        problems(ConfigTexts.MINIMAL + "learning_rate: 2\n"));
  }

  @Test
  void namesTheOverride() {
    assertEquals(
        List.of(
            "--set datasets.3.path: does not lead into the configuration; a number picks an item of"
                + " a list that exists, a word a key of a mapping",
            "--set learning_rate: 'fast' is not a number of at least 0"),
        problems(ConfigTexts.MINIMAL, "learning_rate=fast", "datasets.3.path=x"));
  }

  @Test
  void letsSwitchedOffKeysPass() {
    new ConfigTexts(folder)
        .read(
            ConfigTexts.MINIMAL
                + """
                rl:
                neftune_noise_alpha: null
                early_stopping_patience:
                load_in_8bit: false
                special_tokens:
                  pad_token:
                """);
  }
}
