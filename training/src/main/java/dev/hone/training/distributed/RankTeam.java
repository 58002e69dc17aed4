package dev.hone.training.distributed;

import dev.hone.training.collective.Payload;
import dev.hone.training.parallel.Ranks;
import java.io.Serializable;
import java.time.Duration;

/**
 * The ranks of a run, and how they talk.
 *
 * @param ranks how many, and what they average
 * @param timeout {@code distributed.timeout}: how long one may keep the others waiting, be it by a
 *     slow step or by an evaluation
 * @param payload {@code distributed.payload}: how numbers travel
 */
public record RankTeam(Ranks ranks, Duration timeout, Payload payload) implements Serializable {
  /** What torch's process groups wait for each other on CPUs. */
  public static final Duration USUAL_TIMEOUT = Duration.ofMinutes(30);

  /** One rank. */
  public static final RankTeam ALONE = of(Ranks.ONE);

  /** Ranks that talk in f32 and wait as long as is usual. */
  public static RankTeam of(Ranks ranks) {
    return new RankTeam(ranks, USUAL_TIMEOUT, Payload.F32);
  }

  /** How many ranks. */
  public int size() {
    return ranks.size();
  }
}
