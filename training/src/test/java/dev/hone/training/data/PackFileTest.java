package dev.hone.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class PackFileTest {

  @Test
  void packsComeBackInAnyOrder(@TempDir Path directory) throws IOException {
    PackedRow[] rows = {
      new PackedRow(new int[] {5, 6, 7}, new float[] {0, 1, 0.5f}, new int[] {0, 2}),
      new PackedRow(new int[] {9}, new float[] {0}, new int[] {0}),
      new PackedRow(new int[] {1, 2, 3, 4, 5}, new float[] {0, 1, 1, 0, 1}, new int[] {0, 3}),
    };
    try (PackFile file = write(directory, rows)) {
      assertEquals(3, file.size());
      assertEquals(5, file.longest());
      for (int pack : new int[] {2, 0, 1, 2}) {
        PackedRow read = file.read(pack);
        assertArrayEquals(rows[pack].inputIds(), read.inputIds());
        assertArrayEquals(rows[pack].lossWeights(), read.lossWeights());
        assertArrayEquals(rows[pack].documentStarts(), read.documentStarts());
      }
      assertThrows(IndexOutOfBoundsException.class, () -> file.read(3));
    }
  }

  /** A pack of a teacher, one of answers with a teacher, and one of neither. */
  @Test
  void whatATeacherSaidComesBack(@TempDir Path directory) throws IOException {
    Teaching said = new Teaching(2, new int[] {7, 3, 5, 0}, new float[] {-0.1f, -2, -0.3f, -9});
    PackedRow row = new PackedRow(new int[] {5, 6, 7}, new float[] {0, 1, 0.5f}, new int[] {0});
    PackedRow[] rows = {
      row.withTeaching(said), row.withTeaching(said).withAnswers(new Answers(true)), row
    };
    try (PackFile file = write(directory, rows)) {
      assertTrue(file.read(2).teaching().isEmpty());
      for (int pack : new int[] {1, 0}) {
        PackedRow read = file.read(pack);
        assertArrayEquals(row.inputIds(), read.inputIds());
        assertEquals(2, read.teaching().orElseThrow().k());
        assertArrayEquals(said.ids(), read.teaching().orElseThrow().ids());
        assertArrayEquals(said.logps(), read.teaching().orElseThrow().logps());
        assertEquals(pack == 1, read.answers().isPresent());
      }
      assertArrayEquals(new boolean[] {true}, file.read(1).answers().orElseThrow().chosen());
    }
  }

  @Test
  void answersComeBackWithTheirMargins(@TempDir Path directory) throws IOException {
    Answers answers = new Answers(true, false).withMargins(1.5f, -2);
    PackedRow pair =
        new PackedRow(new int[] {5, 6, 7}, new float[] {0, 1, 0}, new int[] {0, 2})
            .withAnswers(answers);
    PackedRow plain = new PackedRow(new int[] {5}, new float[] {0}, new int[] {0});
    try (PackFile file = write(directory, pair, plain, pair)) {
      assertEquals(Optional.empty(), file.read(1).answers());
      Answers read = PackedRow.concat(List.of(file.read(0), file.read(2))).answers().orElseThrow();
      assertArrayEquals(new boolean[] {true, false, true, false}, read.chosen());
      assertArrayEquals(new float[] {1.5f, -2, 1.5f, -2}, read.margins());
    }
  }

  private static PackFile write(Path directory, PackedRow... rows) throws IOException {
    try (PackFile.Writer writer = new PackFile.Writer(directory, "train")) {
      for (PackedRow row : rows) {
        writer.append(row);
      }
      return writer.finish();
    }
  }
}
