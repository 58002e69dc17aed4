package dev.hone.jobs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.training.distributed.RankMachine;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** What a result may depend on besides the configuration; no value of an environment variable. */
final class Environment {
  private Environment() {}

  /**
   * As JSON.
   *
   * @param overrides {@code --set} assignments; they cannot hold a literal credential
   */
  static String json(SparkSession spark, List<String> overrides) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("java", System.getProperty("java.runtime.version"));
    json.put("vm", System.getProperty("java.vm.name"));
    json.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    json.put("arch", System.getProperty("os.arch"));
    json.put("cores", Runtime.getRuntime().availableProcessors());
    json.put("heap_mib", Runtime.getRuntime().maxMemory() >> 20);
    json.put("spark", spark.version());
    json.put("master", spark.sparkContext().master());
    json.put("application_id", spark.sparkContext().applicationId());
    overrides.forEach(json.putArray("set")::add);
    return json.toString();
  }

  /** Where ranks ran and what they computed with, as JSON, by rank. */
  static String json(List<RankMachine> ranks) {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    for (int rank = 0; rank < ranks.size(); rank++) {
      RankMachine machine = ranks.get(rank);
      json.addObject()
          .put("rank", rank)
          .put("host", machine.host())
          .put("executor_id", machine.executorId())
          .put("java", machine.java())
          .put("instruction_set", machine.used().toString())
          .put("cpu", machine.able().toString())
          .put("vector_bits", machine.vectorBits())
          .put("threads", machine.threads());
    }
    return json.toString();
  }
}
