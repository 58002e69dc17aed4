package dev.hone.jobs.scoring;

import dev.hone.eval.Judgement;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.tokenizer.SampleEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The answer with the higher reward is the better one. Both are rendered with their question as in
 * training, and rated by a reward model.
 *
 * @param encoder with the template of the questions
 * @param rate the reward of each text, which is token ids
 */
public record RewardJudge(SampleEncoder encoder, Function<List<int[]>, double[]> rate)
    implements PairJudge {

  @Override
  public List<Judgement> judge(List<Pair> pairs) {
    List<int[]> texts = new ArrayList<>();
    List<Judgement> refused = new ArrayList<>();
    for (Pair pair : pairs) {
      try {
        int[] mine = ids(pair.asked(), pair.mine().completion());
        int[] other = ids(pair.asked(), pair.other().completion());
        texts.addAll(List.of(mine, other));
        refused.add(null);
      } catch (RefusedRecord e) {
        refused.add(new Judgement(Judgement.Outcome.NONE, e.getMessage()));
      }
    }
    double[] rewards = texts.isEmpty() ? new double[0] : rate.apply(texts);
    List<Judgement> judgements = new ArrayList<>();
    int next = 0;
    for (Judgement known : refused) {
      if (known == null) {
        judgements.add(Judgement.of(rewards[next], rewards[next + 1], "reward"));
        next += 2;
      } else {
        judgements.add(known);
      }
    }
    return judgements;
  }

  private int[] ids(Conversation asked, String answer) throws RefusedRecord {
    List<Message> messages = new ArrayList<>(asked.messages());
    messages.add(Message.of("assistant", answer));
    return encoder
        .encodeAny(new Conversation(messages, asked.tools(), asked.templateKwargs()))
        .ids();
  }
}
