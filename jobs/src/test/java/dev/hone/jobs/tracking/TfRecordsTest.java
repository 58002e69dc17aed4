package dev.hone.jobs.tracking;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class TfRecordsTest {
  /** CRC-32C of "123456789", by every table of check values. */
  private static final int CHECK = 0xE3069283;

  @Test
  void aRecordHasItsLengthAndTwoMaskedChecksums() {
    byte[] data = "123456789".getBytes(US_ASCII);
    ByteBuffer framed = ByteBuffer.wrap(TfRecords.framed(data)).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(8 + 4 + 9 + 4, framed.remaining());
    assertEquals(9, framed.getLong());
    framed.getInt();
    byte[] inside = new byte[9];
    framed.get(inside);
    assertArrayEquals(data, inside);
    int unmasked = framed.getInt() - 0xa282ead8;
    assertEquals(CHECK, Integer.rotateLeft(unmasked, 15));
  }
}
