package dev.hone.training.distributed;

import dev.hone.formats.HoneException;
import dev.hone.training.collective.Alone;
import dev.hone.training.collective.Collective;
import dev.hone.training.collective.Endpoint;
import dev.hone.training.collective.RingOptions;
import dev.hone.training.collective.RunSecret;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * How the tasks of a barrier stage find each other. Each listens where its executor does; Spark
 * tells all of them where that is, once, as it takes a second; from then on they talk among
 * themselves.
 *
 * @param secret what only they know, from the driver
 * @param run names what they do
 * @param encrypted whether the session encrypts what its processes tell each other
 */
record RankMeeting(RankTeam team, byte[] secret, String run, boolean encrypted)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A meeting of its own for each stage. */
  static RankMeeting of(RankTeam team, String run, SparkConf conf) {
    boolean encrypted =
        conf.getBoolean("spark.network.crypto.enabled", false)
            || conf.getBoolean(
                "spark.ssl.rpc.enabled", conf.getBoolean("spark.ssl.enabled", false));
    return new RankMeeting(team, RunSecret.random(), run, encrypted);
  }

  /**
   * Meets the others; called in every task of the stage.
   *
   * @throws dev.hone.formats.HoneException if they do not all come in time
   */
  Collective meet() {
    if (team.size() == 1) {
      return new Alone();
    }
    BarrierTaskContext task = BarrierTaskContext.get();
    try (Listening mine = Listening.on(SparkEnv.get().blockManager().blockManagerId().host())) {
      List<String> addresses = List.of(task.allGather(mine.word()));
      Endpoint endpoint = mine.endpoint(addresses);
      RingOptions options =
          RingOptions.of(team.timeout()).withPayload(team.payload()).withEncrypted(encrypted);
      RunSecret common = new RunSecret(secret, run, task.stageAttemptNumber());
      return endpoint.connect(addresses, task.partitionId(), common, options);
    }
  }

  /**
   * What a rank tells the others: where it listens, or why it cannot. A rank that said nothing
   * would keep them waiting for ever, as Spark does not look after those that wait for each other.
   */
  private record Listening(Optional<Endpoint> open, String word) implements AutoCloseable {
    private static final String TROUBLE = "!";

    static Listening on(String host) {
      try {
        Endpoint endpoint = Endpoint.open(host);
        return new Listening(Optional.of(endpoint), endpoint.address());
      } catch (HoneException e) {
        return new Listening(Optional.empty(), TROUBLE + e.getMessage());
      }
    }

    Endpoint endpoint(List<String> words) {
      words.stream()
          .filter(said -> said.startsWith(TROUBLE))
          .findFirst()
          .ifPresent(
              said -> {
                throw new HoneException(said.substring(TROUBLE.length()));
              });
      return open.orElseThrow();
    }

    @Override
    public void close() {
      open.ifPresent(Endpoint::close);
    }
  }

  /** The secret does not show. */
  @Override
  public String toString() {
    return team.size() + " ranks of " + run;
  }
}
