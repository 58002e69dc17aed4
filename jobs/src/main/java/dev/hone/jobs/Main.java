package dev.hone.jobs;

import dev.hone.jobs.cli.HoneCli;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The entry point of {@code bin/hone} and of spark-submit. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Logging.configure(Arrays.asList(args).contains("--verbose"));
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    HoneCli cli = new HoneCli(out, err, System.getenv());
    int status = cli.run(CudaBuild::requireDevice, args);
    out.flush();
    err.flush();
    System.exit(status);
  }
}
