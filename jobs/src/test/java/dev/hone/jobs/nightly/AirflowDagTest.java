package dev.hone.jobs.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.jobs.parity.Python;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Airflow reads {@code jobs/schedules/hone_nightly.py}, and its run calls hone as it is told. */
@Tag("parity")
class AirflowDagTest {
  private static final String SUBMIT = "spark-submit --master spark://host:7077 hone.jar";
  private static final String CONFIG = "/etc/hone/config.yaml";

  @TempDir private Path dir;

  @Test
  void aRunSubmitsTheNight() throws IOException, InterruptedException {
    Python python = Python.orSkip("HONE_AIRFLOW_PYTHON", "requirements-airflow.txt");
    Path dags = Files.createDirectories(dir.resolve("dags"));
    Path dag = Path.of(System.getProperty("hone.repository"), "jobs/schedules/hone_nightly.py");
    Files.copy(dag, dags.resolve("hone_nightly.py"));
    Path calls = dir.resolve("calls");
    Path stub = Files.createDirectories(dir.resolve("tools")).resolve("spark-submit");
    Files.writeString(stub, "#!/bin/sh\nprintf '%s\\n' \"$@\" >> " + calls + "\n");
    Files.setPosixFilePermissions(stub, PosixFilePermissions.fromString("rwxr-xr-x"));

    JsonNode found =
        python.run(
            "airflow_run.py",
            Map.of("variables", Map.of("hone_submit", SUBMIT, "hone_config", CONFIG)),
            dir.toString());
    assertEquals("{}", found.get("import_errors").toString());
    assertEquals("30 2 * * *", found.get("schedule").textValue());
    assertEquals("success", found.get("state").textValue(), found::toString);
    assertTrue(Files.exists(calls), found::toString);
    assertEquals(
        List.of("--master", "spark://host:7077", "hone.jar", "nightly", CONFIG),
        Files.readAllLines(calls));
  }
}
