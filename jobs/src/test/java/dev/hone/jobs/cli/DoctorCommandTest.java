package dev.hone.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code hone doctor} on the machine that builds hone, which has all that a build needs. */
@Tag("unit")
class DoctorCommandTest {

  private record Result(int status, String out) {}

  private static Result doctor(String... args) {
    StringWriter out = new StringWriter();
    PrintWriter err = new PrintWriter(new StringWriter());
    HoneCli cli = new HoneCli(new PrintWriter(out), err, Map.of());
    String[] call = new String[args.length + 1];
    call[0] = "doctor";
    System.arraycopy(args, 0, call, 1, args.length);
    // The doctor is asked even where the machine is refused to every other command.
    int status =
        cli.run(
            () -> {
              throw new IllegalStateException("the machine was asked");
            },
            call);
    return new Result(status, out.toString());
  }

  @Test
  void everyCheckIsALine() throws Exception {
    Map<String, String> states = new HashMap<>();
    Result result = doctor("--format", "json");
    for (String line : result.out().lines().toList()) {
      JsonNode json = new JsonMapper().readTree(line);
      states.put(json.get("check").asText(), json.get("state").asText());
    }
    for (String check :
        new String[] {
          "java",
          "vector",
          "spark",
          "delta",
          "allocation",
          "onednn",
          "openblas",
          "tokenizers",
          "cuda",
          "clock"
        }) {
      assertEquals("ok", states.get(check), check + " in " + result.out());
    }
    for (String check : new String[] {"cpu", "heap", "memory", "disk"}) {
      assertTrue(states.containsKey(check), check + " in " + result.out());
    }
    assertEquals(states.containsValue("problem") ? 1 : 0, result.status(), result.out());
  }

  @Test
  void aWrongConfigurationIsAProblemAmongOthers(@TempDir Path folder) throws Exception {
    Path config = Files.writeString(folder.resolve("config.yaml"), "base_modle: m\n");
    Result result = doctor(config.toString());
    assertEquals(1, result.status(), result.out());
    assertTrue(result.out().startsWith("problem  config     "), result.out());
    assertTrue(result.out().contains("base_modle"), result.out());
    assertTrue(result.out().contains("\nok       java       "), result.out());
  }
}
