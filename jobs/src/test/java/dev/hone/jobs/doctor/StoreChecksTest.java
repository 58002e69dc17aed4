package dev.hone.jobs.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.hone.jobs.doctor.Finding.Level;
import dev.hone.training.checkpoint.store.ModelStore;
import dev.hone.training.checkpoint.store.Stores;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class StoreChecksTest {

  @Test
  void bucketsAreFoundInAddresses() {
    assertEquals(Optional.of("lake"), StoreChecks.bucket("s3a://lake/hone"));
    assertEquals(Optional.of("lake"), StoreChecks.bucket("s3://lake"));
    assertEquals(Optional.empty(), StoreChecks.bucket("/data/s3a"));
    assertEquals(Optional.empty(), StoreChecks.bucket("main.hone"));
    assertEquals(
        List.of(),
        StoreChecks.buckets(
            Map.of("warehouse", "/w"), Set.of("warehouse"), new Configuration(false)));
  }

  @Test
  void aFileIsPutTwiceAndTakenAway(@TempDir Path folder) throws Exception {
    try (ModelStore store = Stores.at(folder.toString(), new Configuration(false))) {
      assertTrue(StoreChecks.isConditional(store, ".probe"));
      assertFalse(Files.exists(folder.resolve(".probe")));
    }
  }

  /** A store that takes whatever it is given, as those do that know no conditions. */
  @Test
  void aStoreWithoutConditionsIsFound() throws Exception {
    ModelStore careless =
        (ModelStore)
            Proxy.newProxyInstance(
                ModelStore.class.getClassLoader(),
                new Class<?>[] {ModelStore.class},
                (proxy, method, arguments) -> null);
    assertFalse(StoreChecks.isConditional(careless, ".probe"));
  }

  /** S3A tries for as long as it can be told to. */
  @Test
  @Tag("slow")
  void aStoreThatDoesNotAnswerIsAProblem() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.s3a.endpoint", "http://127.0.0.1:9"); // nothing listens on the discard port
    hadoop.set("fs.s3a.endpoint.region", "us-east-1");
    hadoop.set("fs.s3a.access.key", "a");
    hadoop.set("fs.s3a.secret.key", "b");
    List<Finding> found =
        StoreChecks.buckets(Map.of("warehouse", "s3a://lake/hone"), Set.of("warehouse"), hadoop);
    assertEquals(1, found.size());
    assertEquals(Level.PROBLEM, found.get(0).level());
    assertTrue(
        found.get(0).text().startsWith("warehouse 's3a://lake/hone' cannot be reached"),
        found.get(0)::line);
  }

  @Test
  void anyAnswerSaysWhatTheTimeIs() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(403, -1);
          exchange.close();
        });
    server.start();
    try {
      Optional<Instant> time =
          StoreChecks.time("http://127.0.0.1:" + server.getAddress().getPort());
      Duration off = Duration.between(time.orElseThrow(), Instant.now()).abs();
      assertTrue(off.toMinutes() < 1, off::toString);
    } finally {
      server.stop(0);
    }
    assertEquals(Optional.empty(), StoreChecks.time("http://127.0.0.1:9"));
  }
}
