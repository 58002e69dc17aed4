package dev.hone.jobs.tracking;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The examples of the encoding's own documentation. */
@Tag("unit")
class ProtobufTest {

  @Test
  void fieldsAreEncoded() {
    assertEquals("089601", hex(new Protobuf().number(1, 150)));
    assertEquals("120774657374696e67", hex(new Protobuf().text(2, "testing")));
    assertEquals("1a03089601", hex(new Protobuf().message(3, new Protobuf().number(1, 150))));
    assertEquals("08feffffffffffffffff01", hex(new Protobuf().number(1, -2)));
    assertEquals("82010161", hex(new Protobuf().text(16, "a")));
    assertEquals("09000000000000f83f", hex(new Protobuf().real(1, 1.5)));
    assertEquals("150000c03f", hex(new Protobuf().single(2, 1.5f)));
  }

  private static String hex(Protobuf message) {
    return HexFormat.of().formatHex(message.bytes());
  }
}
