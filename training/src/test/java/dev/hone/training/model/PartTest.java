package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.training.data.PackedRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class PartTest {

  private static PackedRow row(int... lengths) {
    return TinyModel.row(1, lengths);
  }

  private static List<Integer> cut(Room room, int... lengths) {
    return Part.of(row(lengths), room).stream().map(part -> part.row().length()).toList();
  }

  @Test
  void documentsAreSharedOutEvenly() {
    assertEquals(List.of(500, 524), cut(new Room(1024, 2, 1024), 300, 200, 400, 124));
    assertEquals(List.of(512, 512), cut(new Room(512, 2, 512), 512, 512));
    assertEquals(List.of(30, 30, 20), cut(new Room(40, 3, 40), 10, 20, 30, 20));
  }

  @Test
  void partsBeginWhereTheRowWasCut() {
    List<Part> parts = Part.of(row(10, 20, 30, 20), new Room(40, 3, 40));
    assertEquals(List.of(0, 30, 60), parts.stream().map(Part::firstToken).toList());
    assertEquals(
        List.of(row(10, 20, 30, 20).inputIds()[60]), List.of(parts.get(2).row().inputIds()[0]));
  }

  @Test
  void whatWouldBeUnevenIsNotCut() {
    assertEquals(List.of(1024), cut(new Room(1024, 2, 1024), 1000, 24));
    assertEquals(List.of(512), cut(new Room(512, 2, 512), 512));
    assertEquals(List.of(1024), cut(Room.whole(1024), 512, 512));
  }

  @Test
  void unlessItIsTooLong() {
    assertEquals(List.of(1000, 100), cut(new Room(1000, 2, 1000), 1000, 100));
    assertEquals(
        "110 tokens in 2 documents do not fit 2 parts of 90 tokens",
        assertThrows(IllegalArgumentException.class, () -> cut(new Room(90, 2, 90), 100, 10))
            .getMessage());
  }

  /** However full packs are and however many: whole packs are one way to cut them. */
  @Test
  void packsAlwaysFit() {
    Random random = new Random(2);
    for (int i = 0; i < 300; i++) {
      int packs = 1 + random.nextInt(6);
      Room room = Room.ofPacks(200, packs, 1 + random.nextInt(6));
      List<PackedRow> all = new ArrayList<>();
      for (int pack = 0; pack < packs; pack++) {
        int documents = 1 + random.nextInt(4);
        all.add(row(IntStream.range(0, documents).map(d -> 2 + random.nextInt(48)).toArray()));
      }
      PackedRow micro = PackedRow.concat(all);
      List<Part> parts = Part.of(micro, room);
      assertTrue(parts.size() <= room.strands());
      assertEquals(micro.length(), parts.stream().mapToInt(part -> part.row().length()).sum());
      assertTrue(
          parts.size() == 1
              ? micro.length() <= room.capacity()
              : parts.stream().allMatch(part -> part.row().length() <= room.part()));
    }
  }

  @Test
  void partsDivideBothPacksAndThreads() {
    assertEquals(new Room(512, 2, 1024), Room.ofPacks(512, 4, 2));
    assertEquals(new Room(512, 1, 2048), Room.ofPacks(512, 4, 3));
    assertEquals(new Room(512, 4, 512), Room.ofPacks(512, 4, 16));
    assertEquals(new Room(1024, 2, 512), Room.ofPacks(512, 2, 2).andWhole(1024));
    assertEquals(new Room(64, 1, 128), Room.ofPacks(64, 2, 2)); // too little to do
  }
}
