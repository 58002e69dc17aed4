package dev.hone.packing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class HeldOutTest {

  @Test
  void aQuarterIsEveryHashBelowFour() {
    HeldOut quarter = HeldOut.part(0.25);
    assertEquals("4000000000000", quarter.bound());
    assertTrue(quarter.test("3f" + "f".repeat(62)));
    assertFalse(quarter.test("40" + "0".repeat(62)));
  }

  @Test
  void nothingIsHeldOutByZero() {
    assertFalse(HeldOut.part(0).test("0".repeat(64)));
  }

  @Test
  void aPartHoldsOutThatPartOfTheHashesAndASmallerPartIsInsideIt() {
    Random random = new Random(1);
    HeldOut five = HeldOut.part(0.05);
    HeldOut ten = HeldOut.part(0.1);
    int inFive = 0;
    for (int i = 0; i < 100_000; i++) {
      String hash = "%016x".formatted(random.nextLong()) + "0".repeat(48);
      if (five.test(hash)) {
        inFive++;
        assertTrue(ten.test(hash), hash);
      }
    }
    assertEquals(5000, inFive, 300);
  }

  @Test
  void upToAHashIncludesItAndNoOtherAfterIt() {
    String hash = "a0".repeat(32);
    HeldOut bound = HeldOut.upTo(hash);
    assertTrue(bound.test(hash));
    assertTrue(bound.test("9f" + "f".repeat(62)));
    assertFalse(bound.test("a0".repeat(31) + "a1"));
  }
}
