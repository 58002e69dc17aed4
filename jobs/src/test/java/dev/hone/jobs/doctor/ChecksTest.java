package dev.hone.jobs.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.jobs.doctor.Finding.Level;
import dev.hone.training.kernels.cpu.InstructionSet;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ChecksTest {
  private static final long GB = 1_000_000_000L;

  private static void assertFinding(Level level, String part, Finding finding) {
    assertEquals(level, finding.level(), finding::line);
    assertTrue(finding.line().contains(part), finding::line);
    assertEquals(level == Level.OK, finding.cure().isEmpty(), finding::line);
  }

  @Test
  void aFindingIsALineOrAnObject() {
    Finding finding = Finding.problem("disk", "/tmp has 200 MB free", "free some space");
    assertEquals("problem  disk       /tmp has 200 MB free; free some space", finding.line());
    assertEquals("ok       java       17", Finding.ok("java", "17").line());
    assertEquals(
        "{\"check\":\"disk\",\"state\":\"problem\",\"text\":\"/tmp has 200 MB"
            + " free\",\"cure\":\"free some space\"}",
        finding.json());
  }

  @Test
  void java() {
    assertFinding(Level.OK, "Acme 17.0.1", SoftwareChecks.java(17, "Acme 17.0.1"));
    assertFinding(Level.PROBLEM, "needs version 17", SoftwareChecks.java(11, "Acme 11"));
    assertFinding(Level.OK, "jdk.incubator.vector", SoftwareChecks.vectorModule(true));
    assertFinding(
        Level.PROBLEM,
        "--add-modules=jdk.incubator.vector to spark.driver",
        SoftwareChecks.vectorModule(false));
  }

  @Test
  void sparkAndDelta() {
    Optional<String> spark = Optional.of("4.1.0");
    assertFinding(Level.OK, "4.1.0, yarn", SoftwareChecks.spark(spark, "yarn"));
    assertFinding(
        Level.PROBLEM,
        "3.5.1, and hone runs on 4.1.x and 4.0.x alone; use one of those",
        SoftwareChecks.spark(Optional.of("3.5.1"), "yarn"));
    assertFinding(Level.PROBLEM, "no Spark", SoftwareChecks.spark(Optional.empty(), "yarn"));
    assertFinding(
        Level.OK,
        "4.4.0",
        SoftwareChecks.delta(Optional.of("4.4.0"), "delta-spark_4.1_2.13-4.4.0.jar", spark));
    assertFinding(
        Level.PROBLEM,
        "delta-spark_4.0_2.13-4.4.0.jar is made for Spark 4.0, and this is Spark 4.1.0",
        SoftwareChecks.delta(Optional.of("4.4.0"), "delta-spark_4.0_2.13-4.4.0.jar", spark));
    assertFinding(Level.OK, "4.4.0", SoftwareChecks.delta(Optional.of("4.4.0"), "x.jar", spark));
    assertFinding(
        Level.PROBLEM, "delta-spark_4.1_2.13", SoftwareChecks.delta(Optional.empty(), "", spark));
  }

  @Test
  void dynamicAllocationMattersOnAClusterAlone() {
    String key = "spark.dynamicAllocation.enabled";
    assertFinding(Level.OK, "off", SoftwareChecks.allocation(Map.of()));
    assertFinding(
        Level.PROBLEM,
        "enabled=false",
        SoftwareChecks.allocation(Map.of(key, "true", "spark.master", "yarn")));
    assertFinding(
        Level.OK,
        "off",
        SoftwareChecks.allocation(Map.of(key, "true", "spark.master", "local[2]")));
  }

  @Test
  void cpu() {
    assertFinding(Level.WARNING, "avx2, vectors", MachineChecks.cpu(InstructionSet.AVX2, 256, 8));
    assertFinding(Level.OK, "no bf16", MachineChecks.cpu(InstructionSet.AVX512_CORE_VNNI, 512, 8));
    assertFinding(Level.OK, ", bf16", MachineChecks.cpu(InstructionSet.AVX512_CORE_BF16, 512, 8));
    assertFinding(
        Level.OK,
        "no faster without AMX",
        MachineChecks.cpu(InstructionSet.AVX512_CORE_FP16, 512, 8));
    assertFinding(
        Level.OK, "bf16 by AMX", MachineChecks.cpu(InstructionSet.AVX512_CORE_AMX, 512, 8));
  }

  @Test
  void memory() {
    OptionalLong none = OptionalLong.empty();
    OptionalLong four = OptionalLong.of(4 * GB);
    assertFinding(
        Level.OK, "hone doctor CONFIG", MachineChecks.memory(none, Optional.empty(), none, none));
    assertFinding(
        Level.OK,
        "the plan is 4.0 GB of native memory, and 8.0 GB are free",
        MachineChecks.memory(four, Optional.empty(), OptionalLong.of(8 * GB), OptionalLong.of(0)));
    assertFinding(
        Level.WARNING,
        "the plan is 4.0 GB, and 2.0 GB are free",
        MachineChecks.memory(four, Optional.empty(), OptionalLong.of(2 * GB), none));
    assertFinding(
        Level.PROBLEM,
        "maxBytes allows 1.0 GB",
        MachineChecks.memory(four, Optional.empty(), none, OptionalLong.of(GB)));
    Finding planned =
        MachineChecks.memory(four, Optional.of("too much; train on less"), none, none);
    assertEquals("problem  memory     too much; train on less", planned.line());
    assertFinding(Level.OK, "2.0 GB", MachineChecks.heap(2 * GB));
    assertFinding(Level.WARNING, "500 MB", MachineChecks.heap(GB / 2));
  }

  @Test
  void disk() {
    assertFinding(Level.OK, "/tmp has 9.0 GB", MachineChecks.disk("/tmp", 9 * GB, "move"));
    assertFinding(Level.WARNING, "; a model", MachineChecks.disk("/tmp", 2 * GB, "move"));
    assertFinding(Level.PROBLEM, "or move", MachineChecks.disk("/tmp", GB / 2, "move"));
  }

  @Test
  void clock() {
    Instant built = Instant.parse("2030-01-01T00:00:00Z");
    Instant now = built.plusSeconds(3600);
    assertFinding(Level.OK, "no store", MachineChecks.clock(now, built, Optional.empty()));
    assertFinding(
        Level.PROBLEM,
        "before this hone was built",
        MachineChecks.clock(built.minusSeconds(1), built, Optional.empty()));
    assertFinding(
        Level.OK, "1m 00s", MachineChecks.clock(now, built, Optional.of(now.plusSeconds(60))));
    assertFinding(
        Level.WARNING,
        "5m 00s",
        MachineChecks.clock(now, built, Optional.of(now.minusSeconds(300))));
    assertFinding(
        Level.PROBLEM,
        "16m 40s",
        MachineChecks.clock(now, built, Optional.of(now.plusSeconds(1000))));
  }

  @Test
  void aLibraryThatCannotBeLoadedSaysWhy() {
    assertFinding(Level.OK, "3.11", LibraryChecks.library("onednn", () -> "3.11"));
    assertFinding(
        Level.PROBLEM,
        "libgomp.so.1: cannot open",
        LibraryChecks.library(
            "onednn",
            () -> {
              throw new ExceptionInInitializerError(
                  new UnsatisfiedLinkError("libgomp.so.1: cannot open"));
            }));
    Finding ours =
        LibraryChecks.library(
            "cuda",
            () -> {
              throw new HoneException("no device; use another host");
            });
    assertEquals("problem  cuda       no device; use another host", ours.line());
  }
}
