package dev.hone.ingest.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ProgressTest {

  @Test
  @Tag("unit")
  void theRestTakesAsLongAsTheRowsBefore() {
    Progress.Seen quarter = new Progress.Seen("read", 0.25, 500, 3, 4000, Duration.ofSeconds(10));
    assertEquals(Optional.of(Duration.ofSeconds(30)), quarter.remaining());
    assertEquals(50, quarter.perSecond(quarter.rows()));
    Progress.Seen none = new Progress.Seen("read", 0, 0, 0, 0, Duration.ZERO);
    assertEquals(Optional.empty(), none.remaining());
    assertEquals(0, none.perSecond(none.rows()));
  }

  @Test
  @Tag("spark")
  void aListenerIsToldWhatTasksCountedOnceTheyEnd() {
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    List<Progress.Seen> told = new ArrayList<>();
    try (Progress progress = Progress.start(context.sc(), "read", 4, told::add)) {
      progress.tell();
      Progress.Counts counts = progress.counts();
      List<Integer> rows = IntStream.range(0, 100).boxed().toList();
      context
          .parallelize(rows, 4)
          .mapPartitions(taken -> counts.counting(taken, row -> row % 10 == 0))
          .count();
    }
    assertEquals(2, told.size(), "who was told of the way is told of the end");
    assertEquals(0, told.get(0).done());
    assertEquals(1, told.get(1).done());
    assertEquals(100, told.get(1).rows());
    assertEquals(10, told.get(1).refused());
  }

  @Test
  @Tag("spark")
  void aShortStageSaysNothing() {
    List<Progress.Seen> told = new ArrayList<>();
    try (Progress progress =
        Progress.start(TestSpark.session().sparkContext(), "read", 1, told::add)) {
      assertEquals(0, progress.counts().rows().value());
    }
    assertTrue(told.isEmpty());
  }
}
