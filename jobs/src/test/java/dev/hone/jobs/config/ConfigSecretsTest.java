package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Literal credentials are refused and never shown; references stay references where stored. */
@Tag("unit")
class ConfigSecretsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hub_token: plantedvalue1",
        "wandb_api_key: plantedvalue1",
        "tags: {password: plantedvalue1}",
        "aws_secret_access_key: plantedvalue1",
        "warehouse: s3a://plantedvalue1:x@bucket/lake",
        "output_dir: s3a://AKIAPLANTEDVALUE1234/x",
        "wandb_name: hf_plantedvalue1plantedvalue1",
      })
  void refusesLiteralCredentialsWithoutShowingThem(String line) {
    List<String> problems = new ConfigTexts(folder).problems(ConfigTexts.MINIMAL + line + "\n");
    assertEquals(1, problems.size(), problems.toString());
    assertTrue(problems.get(0).startsWith("config.yaml:5: "), problems.get(0));
    assertTrue(problems.get(0).contains("not shown here"), problems.get(0));
    assertFalse(problems.get(0).toLowerCase(Locale.ROOT).contains("plantedvalue1"));
  }

  @Test
  void keepsReferencesUnresolvedInWhatIsStored() {
    HoneConfig config =
        new ConfigTexts(folder)
            .read(
                ConfigTexts.MINIMAL
                    + """
                    hub_token: ${HUB_TOKEN}
                    warehouse: ${LAKE}/hone
                    max_grad_norm: ${CLIP}
                    tags: {team: "${TEAM}"}
                    """,
                Map.of(
                    "LAKE", "/lake", "CLIP", "0.5", "HUB_TOKEN", "plantedvalue1", "TEAM", "core"));
    assertEquals("/lake/hone", config.output().warehouse());
    assertEquals(0.5, config.training().maxGradNorm());
    assertEquals(Map.of("team", "${TEAM}"), config.output().tags());
    String json = config.source().json();
    assertTrue(json.contains("\"warehouse\":\"${LAKE}/hone\""), json);
    assertFalse(config.toString().contains("plantedvalue1"));
    assertFalse(json.contains("/lake"), json);
  }

  @Test
  void refusesUnsetReferences() {
    assertEquals(
        List.of(
            "config.yaml:5: warehouse: '${NOWHERE}/x' refers to the environment variable NOWHERE,"
                + " which is not set; set it, or write the value"),
        new ConfigTexts(folder).problems(ConfigTexts.MINIMAL + "warehouse: ${NOWHERE}/x\n"));
  }

  @Test
  void refusesCredentialsThatAReferenceBringsIn() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () ->
                new ConfigTexts(folder)
                    .read(
                        ConfigTexts.MINIMAL + "warehouse: ${LAKE}\n",
                        Map.of("LAKE", "s3a://user:plantedvalue1@bucket/x")));
    assertTrue(e.getMessage().contains("once its reference is resolved"), e.getMessage());
    assertFalse(e.getMessage().contains("plantedvalue1"), e.getMessage());
  }
}
