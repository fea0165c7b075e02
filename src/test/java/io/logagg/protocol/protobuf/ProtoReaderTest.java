package io.logagg.protocol.protobuf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against messages that Google's library wrote, and such as no library writes. */
final class ProtoReaderTest {
  private static ProtoReader reader(byte[] bytes) {
    // Between other bytes.
    byte[] around = new byte[bytes.length + 4];
    System.arraycopy(bytes, 0, around, 2, bytes.length);
    return new ProtoReader(around, 2, 2 + bytes.length);
  }

  private static ProtoReader hex(String hex) {
    return reader(HexFormat.of().parseHex(hex));
  }

  private static UnknownFieldSet.Field text(String text) {
    return UnknownFieldSet.Field.newBuilder()
        .addLengthDelimited(ByteString.copyFromUtf8(text))
        .build();
  }

  @Test
  void shouldReadAllWireTypesAndPassOverTheRest() throws BadProtobufException {
    UnknownFieldSet.Field varints =
        UnknownFieldSet.Field.newBuilder().addVarint(-1).addVarint(300).build();
    byte[] bytes =
        UnknownFieldSet.newBuilder()
            .addField(1, varints)
            .addField(2, UnknownFieldSet.Field.newBuilder().addFixed64(-5).build())
            .addField(3, UnknownFieldSet.Field.newBuilder().addFixed32(-7).build())
            .addField(4, text("grüße"))
            .addField(
                5,
                UnknownFieldSet.Field.newBuilder()
                    .addGroup(UnknownFieldSet.newBuilder().addField(9, text("in")).build())
                    .build())
            .addField(536870911, text("last"))
            .build()
            .toByteArray();

    ProtoReader in = reader(bytes);
    assertTrue(in.next());
    assertEquals(1, in.field());
    assertEquals(-1, in.varint());
    assertTrue(in.next());
    assertEquals(300, in.varint());
    assertTrue(in.next());
    assertEquals(-5, in.fixed64());
    assertTrue(in.next());
    assertEquals(-7, in.fixed32());
    assertTrue(in.next());
    assertEquals("grüße", in.text());
    assertTrue(in.next());
    assertEquals(5, in.field());
    assertTrue(in.next());
    assertEquals(536870911, in.field());
    assertEquals("last", in.text());
    assertFalse(in.next());

    ProtoReader skipping = reader(bytes);
    int fields = 0;
    while (skipping.next()) {
      fields++;
    }
    assertEquals(7, fields);
  }

  @Test
  void shouldFindFieldsAheadWithoutMoving() throws BadProtobufException {
    ProtoReader in = hex("0801" + "120161" + "1a020a00");
    assertEquals("a", in.findText(2));
    assertEquals("", in.findText(7));
    assertTrue(in.find(3).next());
    assertFalse(in.find(8).next());
    assertTrue(in.next());
    assertEquals(1, in.field());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "08", // Ends within a number.
        "08ffffffffffffffffffff01", // More than ten bytes.
        "0a0561", // Longer than what is left.
        "0affffffffffffffffff01", // A negative length.
        "00", // Field 0.
        "0901020304050607", // Too short for 64 bits.
        "0d010203", // Too short for 32 bits.
        "0c", // A group's end without one.
        "0b0801", // A group without an end.
        "0b14", // Another group's end.
        "0e", // No such wire type.
        "8080808080808080808001" // A field number of 64 bits.
      })
  void shouldRefuseWhatIsNoMessage(String hex) {
    assertThrows(BadProtobufException.class, () -> skipAll(hex(hex)));
  }

  private static void skipAll(ProtoReader in) throws BadProtobufException {
    boolean more = true;
    while (more) {
      more = in.next();
    }
  }

  @Test
  void shouldRefuseGroupsThatNestWithoutEnd() {
    assertThrows(BadProtobufException.class, () -> skipAll(hex("0b".repeat(100_000))));
  }

  @Test
  void shouldRefuseAnotherWireType() throws BadProtobufException {
    ProtoReader in = hex("0801");
    assertTrue(in.next());
    BadProtobufException e = assertThrows(BadProtobufException.class, in::text);
    assertEquals("not valid protobuf: field 1 has wire type 0, not 2, at byte 3", e.getMessage());
  }

  @Test
  void shouldNotReadBeyondItsMessage() throws BadProtobufException {
    // The inner message's text would go on into the outer one.
    ProtoReader in = hex("0a03" + "0a0561" + "626364");
    assertTrue(in.next());
    ProtoReader inner = in.message();
    assertTrue(inner.next());
    assertThrows(BadProtobufException.class, inner::text);
  }

  @Test
  void shouldWriteWhatGoogleReads() throws Exception {
    byte[] written =
        new ProtoWriter()
            .number(1, 300)
            .number(2, 0)
            .text(3, "é")
            .message(4, new ProtoWriter().number(1, -1))
            .toBytes();
    UnknownFieldSet read = UnknownFieldSet.parseFrom(written);
    assertEquals(300, read.getField(1).getVarintList().get(0));
    assertFalse(read.hasField(2));
    assertEquals("é", read.getField(3).getLengthDelimitedList().get(0).toStringUtf8());
    assertArrayEquals(written, read.toByteArray());
  }
}
