package dev.hone.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.ingest.tables.TestSpark;
import dev.hone.ingest.tables.Warehouse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Lands files, starts a {@link LandingDriver}, kills it, and so on; then lets one come to its end
 * and compares what landed with the tables. Kills come before and after the commit of each table,
 * and by SIGKILL at any time.
 *
 * <p>{@code main} takes the number of kills and a seed, and goes on for as long as that takes.
 */
final class LandingKills {
  private static final int FILES_A_START = 2;
  private static final List<String> PLACES =
      List.of(
          "documents:before",
          "documents:after",
          "quarantine:before",
          "quarantine:after",
          "any time");

  private final Path warehouse;
  private final Path folder;
  private final Random random;
  private final Map<String, String> landed = new TreeMap<>();
  private final Map<String, Integer> kills = new TreeMap<>();
  private int files;

  LandingKills(Path warehouse, Path folder, long seed) {
    this.warehouse = warehouse;
    this.folder = folder;
    this.random = new Random(seed);
  }

  /** Kills by place; a driver that came to its end first is none. */
  Map<String, Integer> kills() {
    return Map.copyOf(kills);
  }

  /** What landed: file and ordinal, and the text or {@code refused}. */
  Map<String, String> landed() {
    return Map.copyOf(landed);
  }

  void run(int wanted) throws IOException, InterruptedException {
    for (int start = 0; kills.values().stream().mapToInt(n -> n).sum() < wanted; start++) {
      for (int i = 0; i < FILES_A_START; i++) {
        land();
      }
      String place = PLACES.get(start % PLACES.size());
      if (killed(place)) {
        kills.merge(place, 1, Integer::sum);
      }
    }
    killed("nowhere:never");
  }

  /** Rows of the two tables, as {@link #landed} names them; a list, so that twice is seen. */
  List<String> found(SparkSession spark) {
    Warehouse tables = Warehouse.open(spark, warehouse.toString());
    List<String> found = new ArrayList<>();
    for (Row row :
        tables
            .read(DocumentRow.class)
            .select("source", "ordinal", "record")
            .union(tables.read(QuarantineRow.class).selectExpr("source", "ordinal", "'refused'"))
            .collectAsList()) {
      String source = row.getString(0);
      found.add(
          source.substring(source.lastIndexOf('/') + 1)
              + " "
              + row.getLong(1)
              + " "
              + row.getString(2).replaceAll("\\{\"text\":\"(.*)\"}", "$1"));
    }
    return found.stream().sorted().toList();
  }

  private void land() throws IOException {
    String name = "%s%04d.jsonl".formatted((char) ('a' + random.nextInt(26)), files++);
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < 4; line++) {
      String value = line == 2 ? "refused" : "text " + random.nextInt(20);
      text.append(line == 2 ? "bad" : "{\"text\":\"" + value + "\"}").append('\n');
      landed.put(name + " " + line, value);
    }
    Path part = Files.writeString(folder.resolve("_" + name), text);
    Files.move(part, folder.resolve(name));
  }

  /** Starts a driver; returns whether it was killed rather than came to its end. */
  private boolean killed(String place) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The options of this JVM open the modules that Spark needs.
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.startsWith("-XX") || option.startsWith("--"))
            .toList());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-Dhone.halt=" + place,
            "-cp",
            classPath(),
            LandingDriver.class.getName(),
            warehouse.toString(),
            folder.toString()));
    Process driver =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(driver.getInputStream(), UTF_8))) {
      String line = out.readLine();
      while (line != null && !line.equals(LandingDriver.READY)) {
        line = out.readLine();
      }
      if (place.equals("any time")) {
        Thread.sleep(random.nextInt(15_000));
        driver.destroyForcibly();
      }
      int status = driver.waitFor();
      if (status != 0 && status != 137) {
        throw new IllegalStateException("the driver ended with " + status + " at " + place);
      }
      return status == 137;
    }
  }

  /** Surefire puts the class path into a jar's manifest and names the real one here. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  public static void main(String[] arguments) throws Exception {
    Path place = Files.createTempDirectory("landing-kills");
    Path folder = Files.createDirectory(place.resolve("landing"));
    Path warehouse = place.resolve("warehouse");
    SparkSession spark = TestSpark.session();
    Warehouse.open(spark, warehouse.toString()).create(IngestJob.tables());
    long seed = Long.parseLong(arguments[1]);
    LandingKills kills = new LandingKills(warehouse, folder, seed);
    kills.run(Integer.parseInt(arguments[0]));
    List<String> wanted =
        kills.landed().entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .sorted()
            .toList();
    List<String> found = kills.found(spark);
    System.out.printf(
        "seed %d: kills %s; %d records landed, %d found; %s%n",
        seed,
        kills.kills(),
        wanted.size(),
        found.size(),
        found.equals(wanted) ? "each exactly once" : "NOT EQUAL: " + difference(wanted, found));
    System.exit(found.equals(wanted) ? 0 : 1);
  }

  private static String difference(List<String> wanted, List<String> found) {
    List<String> missing = new ArrayList<>(wanted);
    found.forEach(missing::remove);
    List<String> more = new ArrayList<>(found);
    wanted.forEach(more::remove);
    return "missing " + missing + ", too many " + more;
  }
}
