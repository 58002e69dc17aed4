package dev.hone.jobs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
}
