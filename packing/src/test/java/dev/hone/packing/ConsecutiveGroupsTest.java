package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ConsecutiveGroupsTest {

  @Test
  void doesItsWorkedExample() {
    var groups = new ConsecutiveGroups<>(List.of(3, 3, 5, 5, 5, 3).iterator(), Integer::equals);
    List<List<Integer>> cut = new ArrayList<>();
    groups.forEachRemaining(cut::add);
    assertEquals(List.of(List.of(3, 3), List.of(5, 5, 5), List.of(3)), cut);
  }

  @Test
  void nothingHasNoGroup() {
    var groups = new ConsecutiveGroups<>(List.<Integer>of().iterator(), Integer::equals);
    assertFalse(groups.hasNext());
    assertThrows(NoSuchElementException.class, groups::next);
  }
}
