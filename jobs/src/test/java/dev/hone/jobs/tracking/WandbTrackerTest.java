package dev.hone.jobs.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class WandbTrackerTest {
  private static final int BLOCK = 32768;

  @TempDir private Path folder;

  @Test
  void recordsOfAnyLengthComeBack() throws IOException {
    Random random = new Random(7);
    List<byte[]> records = new ArrayList<>();
    // The second ends 3 bytes, the fourth 7 bytes before the end of a block.
    for (int length : new int[] {100, BLOCK - 7 - 107 - 7 - 3, 0, BLOCK - 7 - 7 - 7, 100_000, 1}) {
      byte[] record = new byte[length];
      random.nextBytes(record);
      records.add(record);
    }
    Path file = folder.resolve("run-a.wandb");
    try (WandbLog log = new WandbLog(file, 0)) {
      for (byte[] record : records) {
        log.append(record);
      }
    }
    List<byte[]> read = read(Files.readAllBytes(file));
    assertEquals(records.size(), read.size());
    for (int i = 0; i < read.size(); i++) {
      assertArrayEquals(records.get(i), read.get(i), "record " + i);
    }
  }

  /** As LevelDB's documentation says it is read. */
  private static List<byte[]> read(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    byte[] mark = new byte[4];
    in.get(mark);
    assertEquals(":W&B", new String(mark, UTF_8));
    assertEquals(0xBEE1, in.getShort() & 0xFFFF);
    assertEquals(0, in.get());
    List<byte[]> records = new ArrayList<>();
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    while (in.hasRemaining()) {
      int left = BLOCK - in.position() % BLOCK;
      if (left < 7) {
        in.position(in.position() + left);
        continue;
      }
      int checksum = in.getInt();
      byte[] data = new byte[in.getShort() & 0xFFFF];
      byte kind = in.get();
      in.get(data);
      CRC32 crc = new CRC32();
      crc.update(kind);
      crc.update(data);
      assertEquals((int) crc.getValue(), checksum);
      assertTrue(data.length + 7 <= left, "a chunk ends in its block");
      assertEquals(record.size() == 0 && (kind == 1 || kind == 2), kind == 1 || kind == 2);
      record.writeBytes(data);
      if (kind == 1 || kind == 4) {
        records.add(record.toByteArray());
        record.reset();
      }
    }
    return records;
  }

  @Test
  void aRunIsWrittenForSync() throws Exception {
    TrackedRun run = TrackedRuns.run(folder, 0, Map.of("wandb_project", "tiny"));
    TrackedRuns.follow(new WandbTracker(run), 1);
    Path file = folder.resolve("wandb/offline-run-20260102_030405-monday/run-monday.wandb");
    List<String> records =
        read(Files.readAllBytes(file)).stream().map(record -> new String(record, UTF_8)).toList();
    // run, two of the axis, three rows, summary, exit
    assertEquals(8, records.size());
    assertTrue(records.get(0).contains("${MODELS}/tiny"), records.get(0));
    assertTrue(records.get(0).contains("team:${TEAM}"), records.get(0));
    assertTrue(records.get(3).contains("train/loss"), records.get(3));
    assertTrue(records.get(4).contains("eval/loss"), records.get(4));
  }

  @Test
  void whatGoesOnIsARunOfItsOwn() throws Exception {
    TrackedRun run = TrackedRuns.run(folder, 5, Map.of());
    TrackedRuns.follow(new WandbTracker(run), 6);
    assertTrue(
        Files.exists(
            folder.resolve(
                "wandb/offline-run-20260102_030405-monday-from-5/run-monday-from-5.wandb")));
  }
}
