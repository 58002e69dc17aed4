package dev.hone.packing.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.Completion;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class LanguagesTest {
  private static final String ENGLISH =
      "The ship had left the harbour before anybody on the shore was awake.";
  private static final String GERMAN =
      "Das Schiff hatte den Hafen verlassen, bevor am Ufer jemand wach war.";

  @Test
  void textsOfOneScriptAreToldApart() {
    Map<String, String> texts =
        Map.of(
            "en", ENGLISH,
            "de", GERMAN,
            "fr",
                "Le bateau avait quitté le port avant que quelqu'un ne soit réveillé sur la rive.",
            "es", "El barco había salido del puerto antes de que nadie en la orilla despertara.",
            "no", "Skipet hadde forlatt havnen før noen på land var våkne den morgenen i mai.",
            "ru", "Корабль покинул гавань раньше, чем на берегу кто-нибудь успел проснуться утром.",
            "zh", "在岸上的人醒来之前，这艘船已经离开了港口。");
    texts.forEach((code, text) -> assertEquals(Optional.of(code), Languages.of(text), text));
    assertEquals(Optional.empty(), Languages.of("Yes, of course!"));
    assertEquals(Optional.of("en"), Languages.of(ENGLISH.repeat(1000) + GERMAN.repeat(9000)));
  }

  @Test
  void aLanguageHasOneName() {
    assertEquals("de", Languages.named("DE"));
    assertEquals("de", Languages.named("deu"));
    assertEquals("zh", Languages.named("cmn"));
    assertEquals("no", Languages.named("nn"));
    assertEquals("war", Languages.named("war"));
    String message = assertThrows(HoneException.class, () -> Languages.named("xx")).getMessage();
    assertTrue(message.startsWith("'xx' is no language that can be told"), message);
  }

  @Test
  void languagesAreAllowedOrExcluded() {
    assertEquals("", removed(new LanguageRule(Set.of("en"), Set.of()), ENGLISH));
    assertEquals(
        "language: its language is de, which is none of allowed_languages",
        removed(new LanguageRule(Set.of("en"), Set.of()), GERMAN));
    assertEquals("", removed(new LanguageRule(Set.of(), Set.of("de")), ENGLISH));
    assertEquals(
        "language: its language is de, which is one of excluded_languages",
        removed(new LanguageRule(Set.of(), Set.of("de")), GERMAN));
    assertEquals("", removed(new LanguageRule(Set.of("fr"), Set.of()), "Yes, of course!"));
    assertEquals("", removed(LanguageRule.NONE, GERMAN));
  }

  @Test
  void withoutTheModelOneLineSaysWhatToAdd() {
    String message =
        assertThrows(
                HoneException.class, () -> Languages.model(ClassLoader.getPlatformClassLoader()))
            .getMessage();
    assertTrue(message.contains("opennlp-models-langdetect:1.2.0"), message);
  }

  private static String removed(LanguageRule rule, String text) {
    TextRules rules = new TextRules(0, 0, 0, 0, Set.of(), 1, Set.of(), Set.of(), 0, rule);
    return rules
        .check(Completion.of(text))
        .map(by -> by.filter().key() + ": " + by.message())
        .orElse("");
  }
}
