package dev.hone.jobs.quickstart;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The names and numbers that fill the slots of a {@link QuestionPattern}.
 *
 * <p>The two vocabularies share no name, and no number either: a number divisible by seven is never
 * trained. Every held-out question therefore holds only names and numbers that the model has not
 * met, so it has to copy them. States and columns of a run are the same few in both.
 */
record Vocabulary(
    boolean reserved,
    List<String> adjectives,
    List<String> nouns,
    List<String> names,
    List<String> sets,
    List<String> owners) {

  private static final int RESERVED = 7;
  private static final List<String> STATES = List.of("running", "finished", "failed");
  private static final List<String> COLUMNS =
      List.of("state", "seed", "owner", "prep_id", "code_version", "started_at", "finished_at");

  static Vocabulary training() {
    return new Vocabulary(
        false,
        words(
            "amber brave calm clever cold copper curly dusty eager early fancy fast fresh gentle"
                + " giant golden green happy hidden humble icy jolly kind late light lucky mellow"
                + " misty narrow noble old pale plain polite proud quick quiet rapid red round"
                + " rusty sharp shy silent silver small soft steep sunny sweet tall tiny warm wide"
                + " wild wise young blue"),
        words(
            "otter falcon maple river cedar badger comet meadow heron walnut tiger willow harbor"
                + " lemon panda rocket saddle tulip valley wagon yak zebra anchor beaver candle"
                + " dolphin eagle fern garden hammer island jacket kettle lantern magnet needle"
                + " orchid pepper quartz raven salmon temple urchin violin whale basket cactus"
                + " desert engine forest goose hazel iris jungle koala lizard mango nutmeg olive"
                + " pigeon"),
        words(
            "loss grad_norm learning_rate num_tokens entropy tokens_per_second rewards/chosen"
                + " rewards/accuracies logps/chosen logits/rejected step_time peak_memory"
                + " train_fill kl clip_ratio aux_loss eval_loss perplexity exact_match win_rate"
                + " bleu eval_entropy recall error_rate"),
        words(
            "heldout support contracts recipes math_easy stories tickets chat_en legal notes"
                + " emails code_java reviews manuals trivia letters"),
        words("ada boris chen dora emil fatima gustav hana ivan julia karim lena marco nina"));
  }

  static Vocabulary unseen() {
    return new Vocabulary(
        true,
        words("bold bright crisp deep faint grand honest loud modest neat ripe smooth strong"),
        words("acorn bison canyon daisy ember flute glacier hedge jaguar lotus moose parrot squid"),
        words(
            "rewards/margins rewards/rejected logps/rejected mean_token_accuracy epoch_time"
                + " mean_reward eval_accuracy rouge f1"),
        words("invoices chat_de poems math_hard headlines"),
        words("olga pavel rosa stefan tariq"));
  }

  /** A value for every slot, drawn anew. */
  Map<String, String> draw(Random random) {
    Map<String, String> slots = new TreeMap<>();
    slots.put(
        "run", pick(adjectives, random) + "-" + pick(nouns, random) + "-" + number(99, random));
    slots.put("name", pick(names, random));
    slots.put("set", pick(sets, random));
    slots.put("owner", pick(owners, random));
    slots.put("column", pick(COLUMNS, random));
    slots.put("state", pick(STATES, random));
    slots.put("step", Integer.toString(number(999, random)));
    int hundredths = number(499, random);
    slots.put("limit", "%d.%02d".formatted(hundredths / 100, hundredths % 100));
    return slots;
  }

  private int number(int largest, Random random) {
    int number;
    do {
      number = 1 + random.nextInt(largest);
    } while ((number % RESERVED == 0) != reserved);
    return number;
  }

  private static String pick(List<String> words, Random random) {
    return words.get(random.nextInt(words.size()));
  }

  private static List<String> words(String text) {
    return List.of(text.split(" ", -1));
  }
}
