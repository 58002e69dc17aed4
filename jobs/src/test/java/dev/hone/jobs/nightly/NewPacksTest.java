package dev.hone.jobs.nightly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.ModelRecordRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Warehouse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class NewPacksTest {
  @TempDir private static Path folder;

  /**
   * Version 1 saw a and b, version 2 c, and version 3, which was rejected, d. Packs 0 and 1 are
   * known, 2 and 3 have a record that is new, 4 none that is and one that is passed over.
   */
  @Test
  void newIsWhatNoVersionHasSeen() {
    Warehouse warehouse =
        Warehouse.open(LocalSpark.session(3, Map.of()), folder.resolve("warehouse").toString());
    warehouse.create(List.of(PackRow.class, ModelRecordRow.class));
    warehouse.append(
        PackRow.class,
        List.of(
            pack("mine", "train", 0, "a", "b"),
            pack("mine", "train", 1, "c"),
            pack("mine", "train", 2, "c", "e"),
            pack("mine", "train", 3, "f", "f"),
            pack("mine", "train", 4, "d", "a"),
            pack("mine", "eval", 5, "g"),
            pack("another", "train", 6, "h")));
    warehouse.append(
        ModelRecordRow.class,
        List.of(
            new ModelRecordRow("helper", 1, "a"),
            new ModelRecordRow("helper", 1, "b"),
            new ModelRecordRow("helper", 2, "c"),
            new ModelRecordRow("helper", 3, "d"),
            new ModelRecordRow("another", 1, "e")));

    NewPacks packs = find(warehouse, Set.of(1L, 2L), Set.of(3L));
    assertEquals(List.of(2L, 3L), packs.fresh());
    assertEquals(List.of(0L, 1L), packs.known());
    assertEquals(2, packs.note(4), "e and f, once each");
    assertEquals(2, packs.note(4), "and no more when a night goes on");
    assertTrue(find(warehouse, Set.of(1L, 2L, 4L), Set.of(3L)).isEmpty());
    assertEquals(
        List.of(4L), find(warehouse, Set.of(1L, 2L, 4L), Set.of()).fresh(), "d is taken again");
  }

  @Test
  void someOfTheOldAreReplayedByShareAndSeed() {
    List<Long> fresh = IntStream.range(100, 110).mapToObj(Long::valueOf).toList();
    List<Long> known = IntStream.range(0, 50).mapToObj(Long::valueOf).toList();
    NewPacks packs = new NewPacks(null, null, fresh, known);
    List<Long> replayed = packs.replayed(0.3, 1);
    assertEquals(3, new HashSet<>(replayed).size());
    assertTrue(known.containsAll(replayed), replayed.toString());
    assertEquals(replayed, packs.replayed(0.3, 1));
    assertTrue(!replayed.equals(packs.replayed(0.3, 2)), "another night, other packs");
    assertEquals(List.of(), packs.replayed(0, 1));
    assertEquals(new HashSet<>(known), new HashSet<>(packs.replayed(9, 1)), "all, and none twice");
    assertEquals("100-109", NewPacks.together(fresh, List.of()).toString());
    assertEquals("3, 100-109", NewPacks.together(fresh, List.of(3L)).toString());
  }

  private static NewPacks find(Warehouse warehouse, Set<Long> seen, Set<Long> passed) {
    return NewPacks.find(
        warehouse,
        new NewPacks.Query("helper", "mine", warehouse.version(PackRow.class), seen, passed));
  }

  private static PackRow pack(String prep, String split, long number, String... records) {
    return new PackRow(
        prep,
        split,
        number,
        new int[records.length],
        new float[records.length],
        IntStream.range(0, records.length).toArray(),
        List.of(records),
        new int[records.length],
        Optional.empty(),
        records.length,
        records.length,
        1);
  }
}
