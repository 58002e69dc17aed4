package dev.hone.jobs.doctor;

import dev.hone.jobs.Durations;
import dev.hone.jobs.Sizes;
import dev.hone.training.kernels.cpu.InstructionSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Processor, memory, disk and clock. */
final class MachineChecks {
  private static final long GB = 1_000_000_000L;

  /** Rows and plans of a small preparation fit into it. */
  private static final long SMALL_HEAP = GB;

  private static final long NO_ROOM = GB;
  private static final long LITTLE_ROOM = 5 * GB;

  /** Amazon's S3 answers no request of a clock that is further off. */
  private static final Duration REFUSED = Duration.ofMinutes(15);

  private static final Duration OFF = Duration.ofMinutes(2);

  private MachineChecks() {}

  /** What products are computed with, which decides how long a step takes. */
  static Finding cpu(InstructionSet set, int vectorBits, int cores) {
    String found =
        "%s, vectors of %d bits, %d cores"
            .formatted(set.name().toLowerCase(Locale.ROOT), vectorBits, cores);
    if (set.compareTo(InstructionSet.AVX512_CORE) < 0) {
      return Finding.warning(
          "cpu", found + ": no AVX-512", "training is slow here; use a CPU that has it");
    }
    return Finding.ok("cpu", found + bf16(set));
  }

  private static String bf16(InstructionSet set) {
    if (!set.multipliesBf16()) {
      return ", no bf16: f32 only";
    }
    if (!set.gainsByBf16()) {
      return ", bf16, which is no faster without AMX";
    }
    return set.compareTo(InstructionSet.AVX512_CORE_AMX) >= 0 ? ", bf16 by AMX" : ", bf16";
  }

  /** The heap of this JVM, which holds rows. */
  static Finding heap(long bytes) {
    return bytes < SMALL_HEAP
        ? Finding.warning(
            "heap",
            Sizes.bytes(bytes) + " for rows",
            "raise spark.driver.memory, or HONE_HEAP for bin/hone, if a preparation runs out of it")
        : Finding.ok("heap", Sizes.bytes(bytes) + " for rows");
  }

  /**
   * Native memory, which holds weights and activations.
   *
   * @param planned of a rank; empty: no configuration was given
   * @param warning of the plan, if it does not fit
   * @param available what this machine has free, if that is known
   * @param javacpp a limit that someone set for JavaCPP, if there is one
   */
  static Finding memory(
      OptionalLong planned,
      Optional<String> warning,
      OptionalLong available,
      OptionalLong javacpp) {
    if (planned.isEmpty()) {
      return Finding.ok(
          "memory",
          (available.isEmpty() ? "" : Sizes.bytes(available.getAsLong()) + " free; ")
              + "hone doctor CONFIG compares it with the plan");
    }
    long needed = planned.getAsLong();
    String plan = "the plan is " + Sizes.bytes(needed);
    if (warning.isPresent()) {
      return Finding.problem("memory", warning.get(), "");
    }
    if (javacpp.isPresent() && javacpp.getAsLong() > 0 && javacpp.getAsLong() < needed) {
      return Finding.problem(
          "memory",
          "%s, and org.bytedeco.javacpp.maxBytes allows %s"
              .formatted(plan, Sizes.bytes(javacpp.getAsLong())),
          "leave that property out, or set it to 0");
    }
    if (available.isPresent() && available.getAsLong() < needed) {
      return Finding.warning(
          "memory",
          "%s, and %s are free on this machine now"
              .formatted(plan, Sizes.bytes(available.getAsLong())),
          "end something else if ranks run here");
    }
    return Finding.ok(
        "memory",
        plan
            + (available.isEmpty()
                ? ""
                : " of native memory, and " + Sizes.bytes(available.getAsLong()) + " are free"));
  }

  /**
   * @param folder where temporary files go
   * @param cure what moves it
   */
  static Finding disk(String folder, long free, String cure) {
    String found = "%s has %s free".formatted(folder, Sizes.bytes(free));
    if (free < NO_ROOM) {
      return Finding.problem("disk", found, "free some space, or " + cure);
    }
    return free < LITTLE_ROOM
        ? Finding.warning("disk", found, "a model on its way to a bucket lies there: " + cure)
        : Finding.ok("disk", found);
  }

  /**
   * @param built when this hone was made; no moment is before it
   * @param store what an object store says the time is, if one was asked
   */
  static Finding clock(Instant now, Instant built, Optional<Instant> store) {
    if (now.isBefore(built)) {
      return Finding.problem(
          "clock", "it is %s here, before this hone was built".formatted(now), "set the clock");
    }
    if (store.isEmpty()) {
      return Finding.ok("clock", "no store was asked for its time");
    }
    Duration off = Duration.between(store.get(), now).abs();
    String found = "%s from the clock of the object store".formatted(Durations.shown(off));
    if (off.compareTo(REFUSED) > 0) {
      return Finding.problem(
          "clock", found + ", and S3 refuses more than 15 minutes", "set the clock");
    }
    return off.compareTo(OFF) > 0
        ? Finding.warning("clock", found, "let a time service set it")
        : Finding.ok("clock", found);
  }
}
