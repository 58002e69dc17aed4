package dev.hone.training.distributed;

import java.io.Serializable;

/** What a rank does with its packs, inside a Spark task. */
@FunctionalInterface
public interface RankWork extends Serializable {

  /**
   * Works to the end. What it has to say goes through {@link RankContext#send}.
   *
   * @throws dev.hone.formats.HoneException for whatever the user can mend; the driver throws it
   *     again
   */
  void run(RankContext context) throws Exception;
}
