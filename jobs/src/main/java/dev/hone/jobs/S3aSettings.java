package dev.hone.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;

/**
 * What hone sets for s3a where nobody else has: credentials by the default chain of the AWS SDK.
 * S3A's own default knows environment variables and instance roles, but neither profiles nor the
 * web identities of Kubernetes.
 */
final class S3aSettings {
  private static final String HADOOP = "spark.hadoop.";
  private static final String DEFAULTS = "core-default.xml";

  private S3aSettings() {}

  /** Spark settings; without those that the cluster's Hadoop files set. */
  static Map<String, String> unset() {
    Configuration cluster = new Configuration();
    Map<String, String> settings = new LinkedHashMap<>();
    Properties ours = ours();
    for (String name : ours.stringPropertyNames()) {
      String[] sources = cluster.getPropertySources(name.substring(HADOOP.length()));
      if (sources == null || sources[sources.length - 1].endsWith(DEFAULTS)) {
        settings.put(name, ours.getProperty(name));
      }
    }
    return settings;
  }

  private static Properties ours() {
    try (InputStream in = S3aSettings.class.getResourceAsStream("s3a.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
