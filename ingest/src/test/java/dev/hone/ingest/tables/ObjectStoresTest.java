package dev.hone.ingest.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ObjectStoresTest {

  @Test
  void aStoreThatIsNotThereIsSaidSoonAndOnceForEachBucket() throws IOException {
    String endpoint = "http://127.0.0.1:" + freePort();
    Map<String, String> places = new LinkedHashMap<>();
    places.put("warehouse", "s3a://lake/hone");
    places.put("datasets.0.path", "s3a://landing/2024-*/chat.jsonl");
    places.put("output_dir", "s3a://lake/out");
    places.put("base_model", "/models/tiny");
    places.put("datasets.1.path", "SELECT text FROM corpus");
    Instant start = Instant.now();
    List<String> lines =
        assertThrows(
                HoneException.class,
                () -> ObjectStores.requireReachable(places, configuration(endpoint)))
            .getMessage()
            .lines()
            .toList();
    assertTrue(Duration.between(start, Instant.now()).toSeconds() < 30, "it took too long");
    assertEquals(2, lines.size(), lines.toString());
    assertEquals(
        "warehouse 's3a://lake/hone' cannot be reached at "
            + endpoint
            + ": Connection refused; check the address, the credentials and spark.hadoop.fs.s3a.* settings",
        lines.get(0));
    assertTrue(lines.get(1).startsWith("datasets.0.path 's3a://landing/2024-'"), lines.get(1));
  }

  @Test
  void sparkWithoutHadoopAwsIsSaid() {
    Configuration bare = configuration("http://127.0.0.1:1");
    bare.set("fs.s3a.impl", "org.apache.hadoop.fs.s3a.NotHere");
    assertEquals(
        "warehouse 's3a://lake/hone' cannot be reached: Spark has no hadoop-aws, or one without the AWS SDK; add both to its jars, or by --packages or --jars",
        assertThrows(
                HoneException.class,
                () -> ObjectStores.requireReachable(Map.of("warehouse", "s3a://lake/hone"), bare))
            .getMessage());
  }

  private static Configuration configuration(String endpoint) {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.s3a.endpoint", endpoint);
    hadoop.set("fs.s3a.endpoint.region", "us-east-1");
    hadoop.set("fs.s3a.access.key", "nobody");
    hadoop.set("fs.s3a.secret.key", "nothing");
    return hadoop;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
