package dev.hone.packing.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.Completion;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Document;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.Preference;
import dev.hone.formats.corpus.Pretokenized;
import dev.hone.formats.corpus.Unpaired;
import dev.hone.packing.quality.pii.PiiKind;
import java.lang.Character.UnicodeScript;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class TextRulesTest {
  private static final Conversation CHAT =
      new Conversation(
          List.of(
              Message.of("system", "Be brief, jo@mail.de."),
              Message.of("user", "2 + 2?"),
              Message.of("assistant", "4").withReasoning("Add.")));

  @Test
  void theTextIsWhatTheTurnsSayAndTheWholeAlsoTheirSetting() {
    assertEquals(Optional.of("2 + 2?\nAdd.\n4"), DocumentText.of(CHAT));
    assertEquals("Be brief, jo@mail.de.\n2 + 2?\nAdd.\n4", DocumentText.whole(CHAT));
    assertEquals(Optional.of("Q: A"), DocumentText.of(Completion.of("Q: ", "A")));
    Completion no = Completion.of("no");
    Completion yes = Completion.of("yes");
    assertEquals(
        Optional.of("yes\nno"), DocumentText.of(new Preference(yes, no, OptionalDouble.empty())));
    assertEquals(Optional.of("no"), DocumentText.of(new Unpaired(no, false)));
    Message call =
        Message.of("assistant", "").withToolCalls("[1]").withProperties(Map.of("name", "\"jo\""));
    assertEquals(
        "[]\n\n[1]\n\"jo\"",
        DocumentText.whole(new Conversation(List.of(call), Optional.of("[]"), Optional.empty())));
  }

  @Test
  void lengthsAreBoundedOnBothSides() {
    TextRules words = rules(0, 0, 2, 3);
    assertEquals("too_short_text: 1 words are fewer than min_text_words 2", removed(words, "Yes."));
    assertEquals("", removed(words, "Yes, sir."));
    assertEquals("", removed(words, "one two three"));
    assertEquals(
        "too_long_text: 4 words are more than max_text_words 3", removed(words, "1 2 3 4"));
    TextRules chars = rules(2, 3, 0, 0);
    assertEquals(
        "too_short_text: 1 characters are fewer than min_text_chars 2", removed(chars, "🙂"));
    assertEquals("", removed(chars, "🙂🙂🙂"));
    assertEquals(
        "too_long_text: 4 characters are more than max_text_chars 3", removed(chars, "abcd"));
    var refusal = assertThrows(HoneException.class, () -> rules(4, 3, 0, 0));
    assertTrue(refusal.getMessage().startsWith("min_text_chars: 4 is more than max_text_chars: 3"));
  }

  @Test
  void mostLettersMustBeOfTheAllowedScripts() {
    TextRules latin = new TextRules(0, 0, 0, 0, Set.of(UnicodeScript.LATIN), 0.6, Set.of());
    assertEquals(
        Map.of(UnicodeScript.LATIN, 10L, UnicodeScript.CYRILLIC, 6L),
        Scripts.of("Москва is 870 years old").letters().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    assertEquals("", removed(latin, "Москва is 870 years old"));
    assertEquals(
        "script: 2 of 8 letters are Latin, a part of 0.25 where allowed_scripts_share asks for 0.6; most of the others are Cyrillic",
        removed(latin, "Москва is"));
    assertEquals("", removed(latin, "870 + 1 = ? 🙂"), "no letter, no script");
    assertEquals(UnicodeScript.HAN, Scripts.named("han"));
    assertEquals(UnicodeScript.LATIN, Scripts.named("Latn"));
    assertThrows(HoneException.class, () -> Scripts.named("Klingon"));
    assertEquals("Old_Italic", Scripts.name(UnicodeScript.OLD_ITALIC));
  }

  @Test
  void fewLettersMayBeOfTheExcludedScripts() {
    TextRules noHan =
        new TextRules(
            0, 0, 0, 0, Set.of(), 1, Set.of(), Set.of(UnicodeScript.HAN), 0.25, LanguageRule.NONE);
    assertEquals("", removed(noHan, "tea is 茶"), "1 of 6 letters");
    assertEquals(
        "script: 2 of 7 letters are Han, a part of 0.29 where excluded_scripts_share allows 0.25",
        removed(noHan, "tea is 绿茶"));
    assertEquals("", removed(noHan, "870 + 1 = ?"), "no letter, no script");
    TextRules both =
        new TextRules(
            0,
            0,
            0,
            0,
            Set.of(UnicodeScript.LATIN),
            0.5,
            Set.of(),
            Set.of(UnicodeScript.HAN),
            0,
            LanguageRule.NONE);
    assertEquals("", removed(both, "tea is чай"));
    assertTrue(removed(both, "is чай").contains("allowed_scripts_share"));
    assertTrue(removed(both, "tea is 茶").contains("excluded_scripts_share"));
  }

  @Test
  void personalDataIsLookedForInTheWholeRecordAndNotShown() {
    TextRules pii = new TextRules(0, 0, 0, 0, Set.of(), 1, Set.of(PiiKind.values()));
    assertEquals(
        "pii: an e-mail address at character 10 of its text, system turns and tools included; pii_quarantine keeps it out of training",
        removed(pii, CHAT));
    assertEquals("", removed(pii, "no address"));
  }

  @Test
  void theFirstRuleThatRemovesIsTheReasonAndTokensHaveNoText() {
    TextRules all =
        new TextRules(100, 0, 0, 1, Set.of(UnicodeScript.HAN), 1, Set.of(PiiKind.values()));
    assertTrue(removed(all, CHAT).startsWith("too_short_text"));
    assertEquals("", removed(all, new Pretokenized(new int[] {1}, new int[] {1})));
    assertTrue(TextRules.NONE.isEmpty());
  }

  private static TextRules rules(int minChars, int maxChars, int minWords, int maxWords) {
    return new TextRules(minChars, maxChars, minWords, maxWords, Set.of(), 1, Set.of());
  }

  private static String removed(TextRules rules, String text) {
    return removed(rules, Completion.of(text));
  }

  private static String removed(TextRules rules, Document document) {
    return rules.check(document).map(by -> by.filter().key() + ": " + by.message()).orElse("");
  }
}
