package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way to say how the rows of an entry are read. */
@Tag("unit")
class EntryFormsTest {
  @TempDir Path folder;

  private HoneConfig.Dataset entry(String entry) {
    return new ConfigTexts(folder)
        .read(ConfigTexts.MINIMAL.replace("{path: rows.jsonl, type: alpaca}", entry))
        .data()
        .datasets()
        .get(0);
  }

  private List<String> problems(String entry) {
    return new ConfigTexts(folder)
        .problems(ConfigTexts.MINIMAL.replace("{path: rows.jsonl, type: alpaca}", entry));
  }

  @Test
  void aMappingIsAUserDefinedPrompt() {
    HoneConfig.Dataset prompt =
        entry("{path: a.jsonl, type: {field_output: answer, format: 'Q: {instruction}'}}");
    assertEquals("user_defined", prompt.type());
    assertEquals("answer", prompt.options().get("field_output"));
    assertEquals("Q: {instruction}", prompt.options().get("format"));
    assertEquals("instruction", prompt.options().get("field_instruction"));
    assertEquals(
        "user_defined.default", entry("{path: a.jsonl, type: {prompt_format: 'Q'}}").type());
    assertEquals(
        List.of(
            "config.yaml:4: datasets.0.type.format: written beside type: as well; keep one of the two"),
        problems("{path: a.jsonl, format: x, type: {format: y}}"));
  }

  @Test
  void aPromptKeepsTheSpaceAtItsEnd() {
    assertEquals(
        "Q: {instruction}\nA: ",
        entry("{path: a.jsonl, type: {format: \"Q: {instruction}\\nA: \"}}")
            .options()
            .get("format"));
    assertEquals("a.jsonl", entry("{path: ' a.jsonl ', type: alpaca}").path());
  }

  @Test
  void mappingsListsAndFlagsTravelAsText() {
    Map<String, String> options =
        entry(
                "{path: a.jsonl, type: chat_template, roles: {assistant: [bot, ai], user: me},"
                    + " message_property_mappings: {role: who, tone: mood}, split_thinking: yes,"
                    + " validation: off}")
            .options();
    assertEquals("[\"bot\",\"ai\"]", options.get("roles.assistant"));
    assertEquals("me", options.get("roles.user"));
    assertEquals("who", options.get("message_property_mappings.role"));
    assertEquals("mood", options.get("message_property_mappings.tone"));
    assertEquals("true", options.get("split_thinking"));
    assertEquals("off", options.get("validation"));
  }

  @Test
  void aTypeMayStandForATemplate() {
    assertEquals("chatml", entry("{path: a.jsonl, type: chatml.intel}").chatTemplate().template());
    assertEquals("alpaca", entry("{path: a.jsonl, type: alpaca}").chatTemplate().template());
    HoneConfig.Dataset own = entry("{path: a.jsonl, type: alpaca, chat_template: chatml}");
    assertEquals("chatml", own.chatTemplate().template());
    assertTrue(own.ownTemplate());
  }

  @Test
  void anAbsentTypeIsFoundLater() {
    assertEquals(HoneConfig.Dataset.DETECT, entry("{path: a.jsonl}").type());
  }

  @Test
  void anEntryOfDatasetInfoIsItsFile() throws IOException {
    Files.writeString(
        folder.resolve("dataset_info.json"),
        """
        {"pairs": {"file_name": "pairs.json", "formatting": "sharegpt", "ranking": true,
                   "columns": {"messages": "chat", "chosen": "good", "rejected": "bad"},
                   "tags": {"user_tag": "me"}, "num_samples": 7},
         "hub": {"hf_hub_url": "someone/something"}}
        """);
    String path = folder + "/dataset_info.json";
    HoneConfig.Dataset pairs = entry("{path: " + path + ", name: pairs}");
    assertEquals(folder + "/pairs.json", pairs.path());
    assertEquals("pairs", pairs.name());
    assertEquals("llama_factory", pairs.type());
    assertEquals("sharegpt", pairs.options().get("formatting"));
    assertEquals("true", pairs.options().get("ranking"));
    assertEquals("good", pairs.options().get("columns.chosen"));
    assertEquals("me", pairs.options().get("tags.user_tag"));

    assertEquals(Optional.of(7), pairs.numSamples());

    String unknown = problems("{path: " + path + ", name: pears}").get(0);
    assertTrue(unknown.contains("no entry 'pears' for name:; it has pairs, hub"), unknown);
    String remote = problems("{path: " + path + ", name: hub}").get(0);
    assertTrue(remote.contains("hf_hub_url"), remote);
    String missing = problems("{path: " + folder + "/x/dataset_info.json, name: hub}").get(0);
    assertTrue(missing.contains("cannot be read on this machine"), missing);
  }
}
