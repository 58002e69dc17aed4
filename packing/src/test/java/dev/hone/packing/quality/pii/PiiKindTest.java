package dev.hone.packing.quality.pii;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class PiiKindTest {

  @Test
  void mailAddresses() {
    finds(PiiKind.EMAIL, "jo.doe+x@mail.co.uk", "J@web.de.", "(a_b@x-y.info)", "ä@ jo@mail.de");
    misses(
        PiiKind.EMAIL,
        "jo@example.com and me@sub.example.org, x@y.test",
        "@param x, user@host, @ a@b c@-d.com e@f..g 3@4.5",
        "git@localhost:repo",
        "a@b.c");
  }

  @Test
  void phoneNumbers() {
    finds(
        PiiKind.PHONE_NUMBER,
        "+49 30 1234567",
        "tel:+33-1-42-68-53-00.",
        "call (212) 664-7665",
        "212.664.7665",
        "+1 (415) 664-2671");
    misses(
        PiiKind.PHONE_NUMBER,
        "212-555-0123 is for films",
        "1 + 23456789 = 4 and x+12345678",
        "3.1415926535897932384626",
        "2023-10-12 10:00",
        "192-168-1001-2345",
        "+1234");
  }

  @Test
  void paymentCards() {
    finds(
        PiiKind.CREDIT_CARD,
        "4929 1234 5678 9015",
        "4929123456789015",
        "3782-822463-10005",
        "5425233430109903.",
        "2223000048410010");
    misses(
        PiiKind.CREDIT_CARD,
        "4929 1234 5678 9016",
        "1697040000000",
        "4444444444444444",
        "9999123456789010",
        "0.4929123456789015",
        "49291234567890150000");
  }

  @Test
  void bankAccounts() {
    finds(
        PiiKind.IBAN,
        "DE89 3704 0044 0532 0130 00",
        "GB82WEST12345698765432",
        "to FR1420041010050500013M02606.",
        "DE89370400440532013000 IS MINE");
    misses(
        PiiKind.IBAN,
        "DE88 3704 0044 0532 0130 00",
        "XX89370400440532013000",
        "DE89 3704 0044",
        "DE893704004405320130001");
  }

  @Test
  void publicAddresses() {
    finds(
        PiiKind.IP_ADDRESS,
        "93.184.216.34",
        "from 93.184.216.34.",
        "2a00:1450:4001:81b::200e",
        "2606:2800:0220:0001:0248:1893:25c8:1946");
    misses(
        PiiKind.IP_ADDRESS,
        "10.1.2.3 192.168.0.1 127.0.0.1 172.20.1.1 169.254.1.1 100.64.0.1 0.0.0.0 255.255.255.0",
        "192.0.2.1 198.51.100.7 203.0.113.9",
        "v1.2.3.4 1.2.3.4.5 300.1.1.1 1.2.3",
        "12:30:45 std::vector 2001:db8::1 fe80::1 ::1",
        "2024:10:12 2024::10::12");
  }

  @Test
  void keys() {
    String random = "Zx9".repeat(20);
    finds(
        PiiKind.API_KEY,
        "AKIA" + "Q7".repeat(8),
        "export T=ghp_" + random.substring(0, 36),
        "sk-" + random.substring(0, 48),
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "Bearer eyJ" + random + ".eyJ" + random + "." + random);
    misses(
        PiiKind.API_KEY,
        "sk-learn and task-" + random,
        "AKIA is a prefix",
        "-----BEGIN PUBLIC KEY-----",
        "ghp_short",
        "eyJhbGciOi");
  }

  @Test
  void timeIsLinearInTheTextWhateverTheText() {
    for (String piece :
        List.of(
            "@", "a@", "a.", "+1", "1 ", "4", "4-", "1.", "DE89", "2a00:", ":", "eyJ", "-eyJ",
            "sk-")) {
      String text = piece.repeat(200_000 / piece.length());
      for (PiiKind kind : PiiKind.values()) {
        assertTimeout(Duration.ofSeconds(5), () -> kind.find(text), kind + " " + piece);
      }
    }
  }

  private static void finds(PiiKind kind, String... texts) {
    for (String text : texts) {
      assertEquals(true, kind.find("It is " + text) >= 6, text);
      assertEquals(true, kind.find(text) >= 0, text);
    }
    assertEquals(kind, PiiKind.named(kind.key()));
  }

  private static void misses(PiiKind kind, String... texts) {
    for (String text : texts) {
      assertEquals(-1, kind.find(text), text);
    }
  }
}
