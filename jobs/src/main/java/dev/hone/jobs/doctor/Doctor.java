package dev.hone.jobs.doctor;

import dev.hone.formats.HoneException;
import dev.hone.formats.tokenizer.DjlTokenizer;
import dev.hone.ingest.tables.Failures;
import dev.hone.jobs.CudaBuild;
import dev.hone.jobs.Plan;
import dev.hone.jobs.Sessions;
import dev.hone.jobs.SparkVersion;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.training.kernels.cpu.InstructionSet;
import dev.hone.training.trainer.NativeLibraries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * Looks at the machine that it runs on, and at what a configuration needs of it. Starts no Spark,
 * and leaves nothing behind.
 */
public final class Doctor {
  private static final String DELTA = "io.delta.tables.DeltaTable";

  private Doctor() {}

  /**
   * Makes every check.
   *
   * @param config whose model is planned and whose buckets are asked, if one was given
   */
  public static List<Finding> examine(Optional<HoneConfig> config) {
    Map<String, String> settings = Sessions.settings();
    List<Finding> findings = new ArrayList<>();
    software(settings, findings);
    findings.add(
        MachineChecks.cpu(
            InstructionSet.ofThisMachine(),
            vectorBits(),
            Runtime.getRuntime().availableProcessors()));
    findings.add(LibraryChecks.library("onednn", NativeLibraries::oneDnn));
    findings.add(LibraryChecks.library("openblas", NativeLibraries::openBlas));
    findings.add(LibraryChecks.library("tokenizers", Doctor::tokenizers));
    findings.add(LibraryChecks.library("cuda", CudaBuild::found));
    findings.add(MachineChecks.heap(Runtime.getRuntime().maxMemory()));
    findings.add(memory(config));
    findings.add(disk(settings));
    Optional<Instant> storeTime = Optional.empty();
    if (config.isPresent()) {
      Configuration hadoop = Sessions.hadoop();
      List<Finding> stores =
          StoreChecks.buckets(places(config.get()), Set.of("warehouse", "output_dir"), hadoop);
      findings.addAll(stores);
      if (!stores.isEmpty()) {
        storeTime = StoreChecks.time(hadoop.getTrimmed("fs.s3a.endpoint", ""));
      }
    }
    findings.add(MachineChecks.clock(Instant.now(), built(), storeTime));
    return findings;
  }

  private static void software(Map<String, String> settings, List<Finding> findings) {
    findings.add(
        SoftwareChecks.java(
            Runtime.version().feature(),
            System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version")));
    findings.add(
        SoftwareChecks.vectorModule(
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()));
    Optional<String> spark = SparkVersion.here();
    findings.add(SoftwareChecks.spark(spark, settings.getOrDefault("spark.master", "in this JVM")));
    Optional<Class<?>> delta = loaded(DELTA);
    findings.add(
        SoftwareChecks.delta(
            delta.map(
                type ->
                    Optional.ofNullable(type.getPackage().getImplementationVersion())
                        .orElse("of a version that its jar does not say")),
            delta.flatMap(Doctor::file).map(file -> file.getFileName().toString()).orElse(""),
            spark));
    findings.add(SoftwareChecks.allocation(settings));
  }

  private static Optional<Class<?>> loaded(String name) {
    try {
      return Optional.of(
          Class.forName(name, false, Thread.currentThread().getContextClassLoader()));
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.empty();
    }
  }

  /** The jar or folder that a class came from. */
  private static Optional<Path> file(Class<?> type) {
    return Optional.ofNullable(type.getProtectionDomain().getCodeSource())
        .map(CodeSource::getLocation)
        .filter(place -> place.getProtocol().equals("file"))
        .map(place -> Path.of(place.getPath()));
  }

  private static int vectorBits() {
    try {
      return InstructionSet.vectorBits();
    } catch (LinkageError e) {
      return 0; // without the module, which is a finding of its own
    }
  }

  private static String tokenizers() {
    DjlTokenizer.loadLibrary();
    return "loaded";
  }

  private static Finding memory(Optional<HoneConfig> config) {
    OptionalLong limit =
        Optional.ofNullable(System.getProperty("org.bytedeco.javacpp.maxBytes"))
            .filter(text -> text.matches("\\d+"))
            .map(text -> OptionalLong.of(Long.parseLong(text)))
            .orElse(OptionalLong.empty());
    if (config.isEmpty()) {
      return MachineChecks.memory(OptionalLong.empty(), Optional.empty(), available(), limit);
    }
    try {
      Plan plan = Plan.of(config.get());
      return MachineChecks.memory(
          OptionalLong.of(plan.memory().total()), plan.warning(), available(), limit);
    } catch (HoneException e) {
      return Finding.warning("memory", "there is no plan: " + Failures.firstLine(e), "");
    }
  }

  private static OptionalLong available() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith("MemAvailable:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** The first of Spark's own folders, where it was given some; or Java's. */
  private static Finding disk(Map<String, String> settings) {
    String spark = settings.getOrDefault("spark.local.dir", "").split(",", -1)[0];
    String folder = spark.isEmpty() ? System.getProperty("java.io.tmpdir") : spark;
    String cure =
        spark.isEmpty()
            ? "set -Djava.io.tmpdir and spark.local.dir to a larger disk"
            : "set spark.local.dir to a larger disk";
    try {
      Path there = Files.createTempFile(Path.of(folder), "hone-doctor", "");
      long free = Files.getFileStore(there).getUsableSpace();
      Files.delete(there);
      return MachineChecks.disk(folder, free, cure);
    } catch (IOException e) {
      return Finding.problem("disk", folder + " cannot be written: " + e.getMessage(), cure);
    }
  }

  private static Instant built() {
    try {
      Optional<Path> jar = file(Doctor.class);
      return jar.isPresent() ? Files.getLastModifiedTime(jar.get()).toInstant() : Instant.EPOCH;
    } catch (IOException e) {
      return Instant.EPOCH;
    }
  }

  private static Map<String, String> places(HoneConfig config) {
    Map<String, String> places = new LinkedHashMap<>();
    places.put("warehouse", config.output().warehouse());
    places.put("output_dir", config.output().outputDir());
    places.put("base_model", config.model().baseModel());
    config.data().datasets().forEach(entry -> places.put(entry.key() + ".path", entry.path()));
    config.data().testDatasets().forEach(entry -> places.put(entry.key() + ".path", entry.path()));
    return places;
  }
}
